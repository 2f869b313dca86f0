"""The yardstick of `./dev bench time-to-loss`: PyTorch with all cores, trained on characters until a loss is
reached.

    torch_nanogpt.py TEXT nanogpt  nanoGPT's recipe for a processor (config/train_shakespeare_char.py,
                                   README): GPT-2's blocks, AdamW, 2,000 iterations
    torch_nanogpt.py TEXT ours     our model and recipe: Qwen3's blocks, Muon for their matrices

Prints one JSON object a line: an evaluation over the whole validation part, with the seconds of training
before it. The time of evaluations does not count.
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

N_LAYER, N_HEAD, N_EMBD, BLOCK_SIZE, BATCH_SIZE = 4, 4, 128, 64, 12
HIDDEN = 8 * N_EMBD // 3 // 16 * 16
EVALUATE_EVERY = 20


class GptBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm_1 = nn.LayerNorm(N_EMBD, bias=False)
        self.qkv = nn.Linear(N_EMBD, 3 * N_EMBD, bias=False)
        self.attention_out = nn.Linear(N_EMBD, N_EMBD, bias=False)
        self.norm_2 = nn.LayerNorm(N_EMBD, bias=False)
        self.up = nn.Linear(N_EMBD, 4 * N_EMBD, bias=False)
        self.down = nn.Linear(4 * N_EMBD, N_EMBD, bias=False)

    def forward(self, x):
        batch, time_, width = x.shape
        # [batch, time, 3 * n_embd] -> three of [batch, heads, time, head_dim]
        qkv = self.qkv(self.norm_1(x)).view(batch, time_, 3, N_HEAD, width // N_HEAD)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_out(heads.transpose(1, 2).reshape(batch, time_, width))
        return x + self.down(F.gelu(self.up(self.norm_2(x))))


class QwenBlock(nn.Module):
    def __init__(self):
        super().__init__()
        head_dim = N_EMBD // N_HEAD
        self.norm_1, self.norm_2 = nn.RMSNorm(N_EMBD, eps=1e-5), nn.RMSNorm(N_EMBD, eps=1e-5)
        self.q_norm, self.k_norm = nn.RMSNorm(head_dim, eps=1e-5), nn.RMSNorm(head_dim, eps=1e-5)
        self.q, self.k, self.v, self.o = (nn.Linear(N_EMBD, N_EMBD, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(N_EMBD, HIDDEN, bias=False) for _ in range(2))
        self.down = nn.Linear(HIDDEN, N_EMBD, bias=False)
        frequencies = 10_000.0 ** (-torch.arange(head_dim // 2) / (head_dim // 2))
        angles = torch.arange(BLOCK_SIZE)[:, None] * frequencies
        self.cos, self.sin = angles.cos(), angles.sin()

    def rotate(self, x):
        a, b = x.chunk(2, -1)
        return torch.cat([a * self.cos - b * self.sin, a * self.sin + b * self.cos], -1)

    def forward(self, x):
        batch, time_, width = x.shape
        normed = self.norm_1(x)
        q, k, v = (p(normed).view(batch, time_, N_HEAD, -1).transpose(1, 2) for p in (self.q, self.k, self.v))
        q, k = self.rotate(self.q_norm(q)), self.rotate(self.k_norm(k))
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(heads.transpose(1, 2).reshape(batch, time_, width))
        normed = self.norm_2(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


class Gpt(nn.Module):
    def __init__(self, vocab_size, block, with_positions):
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, N_EMBD)
        self.positions = nn.Parameter(torch.zeros(BLOCK_SIZE, N_EMBD)) if with_positions else None
        self.blocks = nn.Sequential(*(block() for _ in range(N_LAYER)))
        self.norm = nn.LayerNorm(N_EMBD, bias=False) if with_positions else nn.RMSNorm(N_EMBD, eps=1e-5)
        self.head = nn.Linear(N_EMBD, vocab_size, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        self.head.weight = self.tokens.weight

    def forward(self, inputs, targets):
        x = self.tokens(inputs)
        if self.positions is not None:
            x = x + self.positions
        logits = self.head(self.norm(self.blocks(x)))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def nanogpt(vocab_size):
    """The model, and a function that steps its optimizer; as nanoGPT's configuration has them."""
    model = Gpt(vocab_size, GptBlock, with_positions=True)
    for block in model.blocks:
        for matrix in (block.attention_out.weight, block.down.weight):
            nn.init.normal_(matrix, std=0.02 / math.sqrt(2 * N_LAYER))
    matrices = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))

    def step(factor):
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * factor
        optimizer.step()

    return model, step, {"steps": 2000, "warmup": 100, "floor": 0.1, "decay": "cosine"}


def orthogonal(matrix):
    x = matrix / (matrix.norm() + 1e-7)
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x


def ours(vocab_size):
    """The same for the page's model and recipe (crates/core/src/config.rs)."""
    model = Gpt(vocab_size, QwenBlock, with_positions=False)
    for block in model.blocks:
        for linear in (block.q, block.k, block.v, block.gate, block.up):
            nn.init.normal_(linear.weight, std=0.5 / math.sqrt(N_EMBD))
        nn.init.zeros_(block.o.weight)
        nn.init.zeros_(block.down.weight)
    matrices = [p for p in model.blocks.parameters() if p.dim() == 2]
    gains = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": [model.tokens.weight], "weight_decay": 0.1}, {"params": gains, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=OURS["learning_rate"], betas=(0.9, 0.99))
    momenta = [torch.zeros_like(p) for p in matrices]

    @torch.no_grad()
    def step(factor):
        rest = [model.tokens.weight, *gains]
        nn.utils.clip_grad_norm_(rest, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = OURS["learning_rate"] * factor
        optimizer.step()
        for matrix, momentum in zip(matrices, momenta):
            momentum.lerp_(matrix.grad, 1 - MOMENTUM)
            ahead = matrix.grad.lerp(momentum, MOMENTUM)
            rows, columns = ahead.shape
            update = orthogonal(ahead.T).T if rows > columns else orthogonal(ahead)
            matrix.add_(update, alpha=-OURS["muon_learning_rate"] * factor * max(1, rows / columns) ** 0.5)

    return model, step, OURS


MOMENTUM = 0.85
OURS = {
    "steps": 240, "warmup": 50, "floor": 0.05, "decay": "linear",
    "learning_rate": 7e-3, "muon_learning_rate": 0.028,
}


def main():
    torch.manual_seed(1337)
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    ids = {character: id_ for id_, character in enumerate(sorted(set(text)))}
    data = torch.tensor([ids[character] for character in text])
    train, validation = data[: len(data) * 9 // 10], data[len(data) * 9 // 10:]
    model, update, recipe = {"nanogpt": nanogpt, "ours": ours}[sys.argv[2]](len(ids))
    windows = validation[: (len(validation) - 1) // BLOCK_SIZE * BLOCK_SIZE].view(-1, BLOCK_SIZE)
    targets = validation[1: windows.numel() + 1].view(-1, BLOCK_SIZE)

    @torch.no_grad()
    def evaluate():
        parts = zip(windows.split(256), targets.split(256))
        return sum(model(x, y).item() * len(x) for x, y in parts) / len(windows)

    seconds, warmup, steps, floor = 0.0, recipe["warmup"], recipe["steps"], recipe["floor"]
    for step in range(steps):
        start = time.perf_counter()
        if step < warmup:
            factor = (step + 1) / (warmup + 1)
        else:
            progress = (step - warmup) / (steps - warmup)
            left = 1 - progress if recipe["decay"] == "linear" else 0.5 * (1 + math.cos(math.pi * progress))
            factor = floor + (1 - floor) * left
        starts = torch.randint(len(train) - BLOCK_SIZE, (BATCH_SIZE, 1))
        batch = train[starts + torch.arange(BLOCK_SIZE + 1)]
        model.zero_grad(set_to_none=True)
        model(batch[:, :-1], batch[:, 1:]).backward()
        update(factor)
        seconds += time.perf_counter() - start
        if (step + 1) % EVALUATE_EVERY == 0:
            reading = {"step": step + 1, "seconds": seconds, "validation_loss": evaluate()}
            print(json.dumps(reading), flush=True)


if __name__ == "__main__":
    main()
