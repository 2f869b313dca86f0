"""The yardstick of `./dev bench cpu`: PyTorch training nanoGPT's model shape (GPT-2's blocks) on one thread.

Reads the text's path from its command line. For each line on standard input, a number of steps, it trains
that many and prints the milliseconds of each as one JSON list.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

N_LAYER, N_HEAD, N_EMBD, BLOCK_SIZE, BATCH_SIZE = 4, 4, 128, 64, 12


class Block(nn.Module):
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


class Gpt(nn.Module):
    def __init__(self, vocab_size):
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, N_EMBD)
        self.positions = nn.Embedding(BLOCK_SIZE, N_EMBD)
        self.blocks = nn.Sequential(*(Block() for _ in range(N_LAYER)))
        self.norm = nn.LayerNorm(N_EMBD, bias=False)
        self.head = nn.Linear(N_EMBD, vocab_size, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        self.head.weight = self.tokens.weight

    def forward(self, inputs, targets):
        x = self.tokens(inputs) + self.positions.weight
        logits = self.head(self.norm(self.blocks(x)))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    ids = {character: id_ for id_, character in enumerate(sorted(set(text)))}
    data = torch.tensor([ids[character] for character in text])
    data = data[: len(data) * 9 // 10]
    model = Gpt(len(ids))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)

    def step():
        starts = torch.randint(len(data) - BLOCK_SIZE, (BATCH_SIZE, 1))
        windows = data[starts + torch.arange(BLOCK_SIZE + 1)]
        optimizer.zero_grad(set_to_none=True)
        loss = model(windows[:, :-1], windows[:, 1:])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
