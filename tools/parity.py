"""Whether Hugging Face's libraries read our folders as we do, and we theirs. Run by `./dev parity`.

Nothing of ours runs in here: folders are loaded with AutoModelForCausalLM and AutoTokenizer. The example
`hugging_face` of crates/core writes them, with what we say of each, and reads what is saved here.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import safetensors
import tokenizers
import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

# The files of a folder that the tests of crates/core compare with what they write.
COMPARED = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"]
# What a folder saved by `transformers` is read from.
SAVED = ["config.json", "tokenizer.json", "model.safetensors"]


def encode(tokenizer, text):
    """The ids of a text; none where the tokenizer refuses it."""
    try:
        return tokenizer(text).input_ids
    # The library has no type of its own for it.
    except Exception as error:
        if "Missing [UNK] token" not in str(error):
            raise
        return None


@torch.no_grad()
def logits(model, window):
    return model(torch.tensor([window])).logits[0]


@torch.no_grad()
def greedy(model, prompt, count):
    """The likeliest tokens, one after the other, beyond the end of a document too."""
    model.generation_config.eos_token_id = None
    prompt = torch.tensor([prompt])
    written = model.generate(
        prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=count, max_length=None
    )
    return written[0, prompt.shape[1]:].tolist()


def load(folder):
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert type(model) is Qwen3ForCausalLM and model.dtype == torch.float32, type(model)
    return model.eval(), AutoTokenizer.from_pretrained(folder)


def check_exported(folder):
    """Compares a folder of ours with what we say of it. Returns figures, and what is said here."""
    ours = json.loads(folder.with_suffix(".json").read_text())
    model, tokenizer = load(folder)
    theirs = {**ours, "strings": [[text, encode(tokenizer, text)] for text, _ in ours["strings"]]}
    all_logits = logits(model, ours["window"])[ours["positions"]]
    theirs["logits"] = [[round(number, 6) for number in row] for row in all_logits.tolist()]
    theirs["greedy"] = greedy(model, ours["window"][: ours["prompt"]], len(ours["greedy"]))
    theirs["greedy_text"] = tokenizer.decode(theirs["greedy"], skip_special_tokens=True)
    # Texts come back as they were.
    torn = [text for text, ids in theirs["strings"] if ids is not None and tokenizer.decode(ids) != text]
    unequal = [pair for pair, other in zip(ours["strings"], theirs["strings"], strict=True) if pair != other]
    # Of a character that a model has torn, the library shows each byte as U+FFFD, and we all of it as one.
    same_text = ours["greedy_text"] == theirs["greedy_text"] or "\ufffd" in ours["greedy_text"]
    figures = {
        "name": f"{folder.parent.name}/{folder.name}",
        "logits": all_logits.numel(),
        "largest_logit": all_logits.abs().max().item(),
        "logits_error": (torch.tensor(ours["logits"]) - all_logits).abs().max().item(),
        "strings": len(ours["strings"]),
        "refused_by_both": sum(ids is None for _, ids in theirs["strings"]),
        "ids_unequal": len(unequal),
        "texts_unequal": len(torn),
        "greedy_tokens": len(ours["greedy"]),
        "greedy_unequal": int(ours["greedy"] != theirs["greedy"] or not same_text),
    }
    for text, ids in unequal[:3]:
        print(f"unequal ids: {text!r}: {ids} here {encode(tokenizer, text)}")
    return figures, theirs


def save_fresh(ours, folder):
    """A fresh Qwen3 of the same sizes with the tokenizer of our folder, saved by `transformers` alone."""
    torch.manual_seed(1)
    sizes = transformers.AutoConfig.from_pretrained(ours)
    # A wide initial range, so that no logit is next to nothing; gains and all.
    config = Qwen3Config(
        vocab_size=sizes.vocab_size,
        hidden_size=sizes.hidden_size,
        intermediate_size=sizes.intermediate_size,
        num_hidden_layers=sizes.num_hidden_layers,
        num_attention_heads=sizes.num_attention_heads,
        num_key_value_heads=sizes.num_key_value_heads,
        head_dim=sizes.head_dim,
        max_position_embeddings=sizes.max_position_embeddings,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        tie_word_embeddings=True,
        initializer_range=0.3,
    )
    model = Qwen3ForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.5, 1.5)
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(ours)
    tokenizer.save_pretrained(folder)
    known = json.loads(ours.with_suffix(".json").read_text())
    answers = {
        "window": known["window"],
        "logits": [[round(n, 6) for n in row] for row in logits(model, known["window"]).tolist()],
        "strings": [[text, encode(tokenizer, text)] for text, _ in known["strings"]],
    }
    folder.with_suffix(".json").write_text(json.dumps(answers))


def write_golden(answers, work, golden):
    """What the tests of crates/core compare with, so that they need no Python."""
    shutil.rmtree(golden, ignore_errors=True)
    for name, theirs in answers.items():
        (golden / name / "saved").mkdir(parents=True)
        for file in COMPARED:
            shutil.copy(work / "golden" / name / file, golden / name / file)
        (golden / name / "theirs.json").write_text(json.dumps(theirs, ensure_ascii=False))
        for file in SAVED:
            shutil.copy(work / "saved" / name / file, golden / name / "saved" / file)
        saved = json.loads((work / "saved" / f"{name}.json").read_text())
        # The last rows are of all tokens before; all of them would be most of what is kept.
        kept = {"window": saved["window"], "last_logits": saved["logits"][-2:]}
        (golden / name / "saved.json").write_text(json.dumps(kept))


def main():
    arguments = argparse.ArgumentParser(prog="./dev parity")
    arguments.add_argument("binary", help=argparse.SUPPRESS)
    arguments.add_argument("--json", action="store_true", help="figures as one JSON object on the last line")
    arguments.add_argument("--golden", type=Path, help="folder for golden files")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    modules = (torch, transformers, tokenizers, safetensors)
    versions = {module.__name__: module.__version__ for module in modules}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))

    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        subprocess.run([options.binary, "export", work], check=True)
        answers, exported = {}, []
        for folder in sorted(path for path in work.glob("*/*") if path.is_dir()):
            figures, theirs = check_exported(folder)
            exported.append(figures)
            print(figures)
            if folder.parent.name == "golden":
                answers[folder.name] = theirs
                save_fresh(folder, work / "saved" / folder.name)
        said = subprocess.check_output([options.binary, "import", work / "saved"], text=True)
        imported = [json.loads(line) for line in said.splitlines()]
        print(*imported, sep="\n")
        if options.golden:
            write_golden(answers, work, options.golden)

    figures = {
        "logits_max_error": max(one["logits_error"] for one in exported),
        "ids_unequal": sum(one["ids_unequal"] for one in exported),
        "texts_unequal": sum(one["texts_unequal"] for one in exported),
        "greedy_unequal": sum(one["greedy_unequal"] for one in exported),
        "back_max_error": max(one["error"] for one in imported),
        "back_ids_unequal": sum(one["unequal"] for one in imported),
    }
    fits = figures["logits_max_error"] <= 1e-4 and figures["back_max_error"] <= 1e-4
    fits = fits and not any(number for name, number in figures.items() if name.endswith("unequal"))
    if options.json:
        strings = sum(one["strings"] for one in exported)
        print(json.dumps({**figures, "strings": strings, "versions": versions}))
    else:
        print(figures)
    if not fits:
        raise SystemExit("✗ they differ")


main()
