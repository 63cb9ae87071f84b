#!/usr/bin/env python3
"""Answers sharing questions with the arithmetic of sharing_oracle.py: `ask_oracle.py FOLDER < questions > answers`.

FOLDER holds the oracle. A question is a line of whole numbers behind a word, an answer a line of whole numbers. Energies are mWh, prices
micro-euros a kWh, keys billionths. The oracle's own rounding of what it prints is put aside, so that its fractions stay exact.
"""
import contextlib
import io
import sys
from decimal import Decimal
from fractions import Fraction as F

sys.path.insert(0, sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()):
    import sharing_oracle as oracle
oracle.float = lambda value: value
oracle.round = lambda value, digits: value

BILLION, MILLION = 10**9, 10**6


def nearest(value):
    """Half away from zero, as the figures here are not negative."""
    return (2 * F(value) + 1).__floor__() // 2


def masked(numbers, kept):
    return [number if place in kept else 0 for place, number in enumerate(numbers)]


def cascade(turn, pool, needs, classes):
    """The oracle's cascade with a turn of ties, which counts over all participants."""
    out, left = [0] * len(needs), pool
    for group in range(max(classes) + 1):
        kept = masked(needs, {place for place, number in enumerate(classes) if number == group})
        shares = oracle.lr(min(left, sum(kept)), kept, kept, turn)
        out = [sum(pair) for pair in zip(out, shares)]
        left -= sum(shares)
    return out


def registers(count, numbers, mode):
    """COUNT producers, then consumers: energies, factors; for a static key the consumers' keys."""
    points = len(numbers) // 2 if mode == "dynamic" else (len(numbers) + count) // 3
    energies, factors, keys = numbers[:points], numbers[points:2 * points], numbers[2 * points:]
    named = [(f"{place:03}", Decimal(energy), factor) for place, (energy, factor) in enumerate(zip(energies, factors))]
    shares = {f"{place + count:03}": F(key, BILLION) for place, key in enumerate(keys)}
    told = oracle.at_community(named[:count], named[count:], mode, shares)
    names = ("G01T_prod", "P01T", "G01T_cons", "G02", "G03", "residual")
    return [nearest(told[name][point]) for name in names for point in sorted(told[name])]


def answer(word, numbers):
    turn, generation, count = numbers[:3]
    needs, keys = numbers[3:3 + count], numbers[3 + count:]
    pool = min(generation, sum(needs))
    if word == "static":
        return oracle.ggv_static(generation, needs, [F(key, BILLION) for key in keys])["alloc"]
    if word == "static-divisible":
        return oracle.ggv_static(generation, needs, [F(key, BILLION) for key in keys], "divisible")["alloc"]
    if word == "equal":
        return oracle.ggv_static(generation, needs, [F(1, count)] * count)["alloc"]
    if word == "equal-divisible":
        return oracle.ggv_static(generation, needs, [F(1, count)] * count, "divisible")["alloc"]
    if word == "dynamic":
        return oracle.lr(pool, needs, needs, turn)
    if word == "operator":
        shares, surplus = oracle.bdew_dynamic(F(generation, MILLION), [F(need, MILLION) for need in needs])
        return [F(share) * BILLION * 1000 for share in shares + [surplus]]
    if word == "water":
        return oracle.lr(pool, keys, needs, turn)
    if word == "investment":
        return oracle.ggv_static(generation, needs, [F(key, sum(keys)) for key in keys])["alloc"]
    if word == "investment-reoffered":
        return oracle.lr(generation, keys, needs, turn)
    if word == "cascade":
        return cascade(turn, pool, needs, keys)
    if word == "capped":
        needs = [min(pair) for pair in zip(needs, keys)]
        return oracle.lr(min(generation, sum(needs)), needs, needs, turn)
    if word == "pot":
        return oracle.lr(generation, keys, needs)
    raise ValueError(word)


def apart(word, numbers):
    """Questions that are not about an interval's shares."""
    if word == "summing":
        told = oracle.sumzaehler(*numbers)
        return [told["Z"], told["E_account"], told["M"]]
    if word == "middle":
        return [nearest(price) for price in oracle.mmr(*map(F, numbers))]
    if word == "ratio":
        return [nearest(price) for price in oracle.sdr(*map(F, numbers))]
    if word == "mispel":
        columns = [numbers[start::4] for start in range(4)]
        names = ("f3", "f5", "f6", "f9", "f10", "f11", "f13", "f15", "f16", "f17", "f19", "f20", "f21", "f28")
        told = oracle.mispel_a1(*columns)
        return [nearest(told[name]) for name in names]
    if word in ("austria-dynamic", "austria-static"):
        return registers(numbers[0], numbers[1:], word.removeprefix("austria-"))
    return None


for line in sys.stdin:
    word, *texts = line.split()
    numbers = [int(text) for text in texts]
    told = apart(word, numbers)
    if told is None:
        told = answer(word, numbers)
    print(*told)
