"""The draw 双随机: bodies and inspectors drawn so that anybody can do it again.

Before the draw a commitment is published: the digest of the lists and the rule, and the digest of
a secret seed bound to them. Afterwards the seed is told. Whoever has the file draws again and
compares. Only integers and HMAC-SHA-256 are used, so every machine draws the same.

The file is canonical JSON (sorted keys, one space of indent, a line feed at the end): a changed
byte is either a changed value, which no longer fits its digests, or a changed form.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "lantai-draw-1"
LARGEST = 50_000_000  # bytes of a file that is read
_LISTS = ("number", "title", "authority", "rule", "targets", "inspectors", "recusals", "items")


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold in a draw's file."""

    code: str
    message_zh: str
    message_en: str


class NotADraw(ValueError):
    """The file cannot be read as a draw."""


def canonical(value: Any) -> bytes:
    """The one form in which a value is digested."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def list_digest(draw: Mapping[str, Any]) -> str:
    """SHA-256 of the lists, the rule and the names: what is drawn from, and how."""
    return hashlib.sha256(canonical({key: draw.get(key) for key in _LISTS})).hexdigest()


def commitment(digest: str, seed: str) -> str:
    """Published before the draw: binds the seed to the lists and tells neither."""
    return hashlib.sha256(f"{FORMAT}|{digest}|{seed}".encode()).hexdigest()


def conduct(draw: Mapping[str, Any], seed: str) -> list[dict[str, Any]]:
    """The bodies drawn, in order, each with its inspectors.

    ``rule``: {"targets": n, "inspectors": k}; ``targets``: [{"id", "name", "weight"}] with whole
    weights from 1; ``inspectors``: [{"id", "name", "body"}]; ``recusals``: [[inspector, target]].
    """
    beacon = str(draw.get("beacon") or "")
    key = hmac.new(f"{seed}|{beacon}".encode(), list_digest(draw).encode(), hashlib.sha256).digest()
    targets = sorted(draw["targets"], key=lambda t: str(t["id"]))
    weights = [max(1, int(t.get("weight", 1))) for t in targets]
    numbers = _numbers(key, "targets")
    chosen = _pick(targets, weights, int(draw["rule"]["targets"]), numbers)
    return [_with_inspectors(draw, target, key) for target in chosen]


def _with_inspectors(
    draw: Mapping[str, Any], target: Mapping[str, Any], key: bytes
) -> dict[str, Any]:
    shut = {str(i) for i, t in draw.get("recusals", []) if str(t) == str(target["id"])}
    free = [
        i
        for i in sorted(draw["inspectors"], key=lambda i: str(i["id"]))
        if str(i["id"]) not in shut and str(i.get("body", "")) != str(target["id"])
    ]
    wanted = int(draw["rule"]["inspectors"])
    if len(free) < wanted:
        raise NotADraw(
            f"{target['name']}可用的检查人员只有 {len(free)} 人，少于 {wanted} 人 / too few inspectors"
        )
    numbers = _numbers(key, f"inspectors|{target['id']}")
    drawn = _pick(free, [1] * len(free), wanted, numbers)
    return {"target": str(target["id"]), "inspectors": [str(i["id"]) for i in drawn]}


def _numbers(key: bytes, purpose: str) -> Iterator[int]:
    """Whole numbers of 256 bits, one after another."""
    counter = 0
    while True:
        message = f"{purpose}|{counter}".encode()
        yield int.from_bytes(hmac.new(key, message, hashlib.sha256).digest(), "big")
        counter += 1


def _pick(
    things: Sequence[Any], weights: list[int], wanted: int, numbers: Iterator[int]
) -> list[Any]:
    """Weighted, each at most once, in the order drawn; no remainder favours anybody."""
    left = list(zip(things, weights, strict=True))
    drawn: list[Any] = []
    while left and len(drawn) < wanted:
        total = sum(weight for _, weight in left)
        fair = (1 << 256) // total * total
        number = next(n for n in numbers if n < fair) % total
        for place, (_thing, weight) in enumerate(left):
            if number < weight:
                drawn.append(left.pop(place)[0])
                break
            number -= weight
    return drawn


def published(draw: Mapping[str, Any]) -> bytes:
    """The file that is given out: canonical, with the digest of everything else in it."""
    body = {key: value for key, value in draw.items() if key != "digest"} | {"format": FORMAT}
    body["digest"] = hashlib.sha256(canonical(body)).hexdigest()
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read_draw(data: bytes) -> dict[str, Any]:
    """The draw of a file, or `NotADraw`."""
    if len(data) > LARGEST:
        raise NotADraw("文件过大 / the file is too large")
    try:
        draw = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise NotADraw(f"不是抽取文件：{problem} / not a draw's file") from None
    needed = {"rule", "targets", "inspectors", "commitment", "seed", "result", "list_digest"}
    if not isinstance(draw, dict) or draw.get("format") != FORMAT or not needed <= set(draw):
        raise NotADraw("不是抽取文件，缺少规定的内容 / not a draw's file")
    return draw


def verify(data: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """The draw and everything in it that does not hold; `NotADraw` when it cannot be read."""
    draw = read_draw(data)
    faults: list[Fault] = []

    def wrong(code: str, zh: str, en: str) -> None:
        faults.append(Fault(code, zh, en))

    try:
        if published(draw) != data:
            wrong(
                "bytes", "文件与公布时不是逐字节相同", "the file is not byte for byte as published"
            )
        digest = list_digest(draw)
        if digest != draw["list_digest"]:
            wrong(
                "lists",
                "名录、规则或事项与抽取前公布的摘要不符",
                "the lists are not those committed to",
            )
        if commitment(digest, str(draw["seed"])) != draw["commitment"]:
            wrong("seed", "种子与抽取前公布的承诺不符", "the seed is not the one committed to")
        if conduct(draw, str(draw["seed"])) != draw["result"]:
            wrong("result", "重新抽取的结果与公布的不同", "drawing again gives another result")
        if not str(draw.get("committed_at", "")) < str(draw.get("drawn_at", "")):
            wrong("order", "承诺不早于抽取", "the commitment is not earlier than the draw")
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise NotADraw(f"抽取文件内容有误：{problem} / the file's contents are broken") from None
    return draw, faults
