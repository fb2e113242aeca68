"""Expressions 表达式: the one small safe language of guards, formulas and logic checks.

Numbers, texts, true/false, names of facts, ``and or not``, comparisons, ``in``, ``+ - *  / %``,
``a if c else b`` or ``if(c, a, b)``, lists, and the functions of `FUNCTIONS` (sum, avg, round,
share, coalesce, dates, working days …). No attributes, subscripts, powers, patterns with
back-tracking or other calls; limits on length, depth, numbers and texts, so that any text ends
in a value or an `ExpressionError` that points at its place, in bounded time.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from lantai.core.desks.expression_functions import FUNCTIONS

LONGEST = 1000  # characters
DEEPEST = 30  # levels of the tree
MOST_NODES = 300
LARGEST = 10**15
LONGEST_TEXT = 10_000
_PLAIN = (str, int, float, bool, type(None), date, datetime, list, tuple, set, frozenset)
_ALIASES = {"true": True, "false": False, "none": None, "null": None}
_FULL_WIDTH = "，（）；：“”‘’＝＞＜＋－×÷。、【】"
_LAZY = {"If", "coalesce"}
_PIECES = re.compile(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_IF = re.compile(r"(^\s*|[(,+\-*/%<>=\[]\s*|\b(?:and|or|not|in|else)\s+)if(?=\s*\()")


class ExpressionError(ValueError):
    """The expression cannot be read or worked out; says where, in Chinese and English."""

    def __init__(self, message_zh: str, message_en: str, source: str = "", column: int = 0) -> None:
        place_zh = f"（第 {column} 列）" if column else ""
        place_en = f" (column {column})" if column else ""
        super().__init__(f"{message_zh}{place_zh} / {message_en}{place_en}")
        self.message_zh, self.message_en = message_zh, message_en
        self.source, self.column = source, column


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp,
    ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple,
    *_BINARY, *_COMPARE,
)  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """A checked expression; ``names`` are the facts it asks for."""

    source: str
    tree: ast.expr
    names: frozenset[str]

    def evaluate(
        self,
        facts: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Any:
        """Work it out over the facts; `ExpressionError` for an unknown fact or a bad operation."""
        return _Evaluation(self.source, facts, functions or FUNCTIONS).of(self.tree)


@lru_cache(maxsize=2048)
def compile_expression(source: str, functions: frozenset[str] = frozenset(FUNCTIONS)) -> Expression:
    """Read and check an expression without working it out; `ExpressionError` names the place."""
    if not source.strip():
        raise ExpressionError("表达式为空", "the expression is empty")
    if len(source) > LONGEST:
        raise ExpressionError(f"表达式超过 {LONGEST} 个字符", f"longer than {LONGEST} characters")
    tree = _parsed(source.strip())
    nodes = 0
    names: set[str] = set()
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST or nodes > MOST_NODES:
            raise ExpressionError("表达式过于复杂", "the expression is too complex", source)
        _check_node(node, source, functions)
        if isinstance(node, ast.Name):
            names.add(node.id)
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and _named(n)}  # type: ignore[attr-defined]
    return Expression(source, tree.body, frozenset(names - called - set(_ALIASES)))


def _parsed(source: str) -> ast.Expression:
    pieces = _PIECES.split(source)
    code = "".join(
        piece if number % 2 else _IF.sub(r"\1If", piece) for number, piece in enumerate(pieces)
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        column = int(getattr(problem, "offset", 0) or 0)
        outside = "".join(piece for number, piece in enumerate(pieces) if number % 2 == 0)
        wide = next((sign for sign in outside if sign in _FULL_WIDTH), "")
        if wide:
            raise ExpressionError(
                f"表达式里有全角符号“{wide}”，请改用半角",
                f"full-width {wide!r}: use the plain sign", source, source.index(wide) + 1,
            ) from None  # fmt: skip
        zh = (
            f"表达式写法有误，问题在“{source[max(0, column - 1) : column + 9] or source[-10:]}”附近"
        )
        raise ExpressionError(zh, "syntax error", source, column) from None


def evaluate(source: str, facts: Mapping[str, Any]) -> Any:
    """Compile (kept) and work out an expression over the facts."""
    return compile_expression(source).evaluate(facts)


def _named(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name)


def _check_node(node: ast.AST, source: str, functions: frozenset[str]) -> None:
    column = getattr(node, "col_offset", -1) + 1
    if not isinstance(node, _ALLOWED):
        kind = type(node).__name__
        raise ExpressionError(f"不允许的写法 {kind}", f"{kind} is not allowed", source, column)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in functions:
            shown = ast.unparse(node.func)[:40]
            raise ExpressionError(
                f"没有函数 {shown}（可用：{'、'.join(sorted(functions))}）",
                f"no function {shown} (there are: {', '.join(sorted(functions))})",
                source,
                column,
            )
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise ExpressionError("函数只接受普通参数", "plain arguments only", source, column)
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        raise ExpressionError(f"不允许的名称 {node.id}", f"name {node.id} refused", source, column)
    if isinstance(node, ast.Constant):
        _check_value(node.value, source, column)


def _check_value(value: Any, source: str, column: int) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not -LARGEST <= value <= LARGEST:
            raise ExpressionError("数值过大", "the number is too large", source, column)
    elif isinstance(value, (str, list, tuple, set, frozenset)):
        if len(value) > LONGEST_TEXT:
            raise ExpressionError("文字或列表过长", "text or list is too long", source, column)
    elif not isinstance(value, _PLAIN):
        kind = type(value).__name__
        raise ExpressionError(f"不支持的值 {kind}", f"a {kind} is not supported", source, column)
    return value


class _Evaluation:
    """One walk over a checked tree."""

    def __init__(
        self, source: str, facts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        self.source, self.facts, self.functions = source, facts, functions

    def of(self, node: ast.expr) -> Any:
        column = node.col_offset + 1
        try:
            value = getattr(self, "_" + type(node).__name__.lower())(node)
        except ExpressionError:
            raise
        except (TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as problem:
            kind = type(problem).__name__
            raise ExpressionError(
                f"无法计算（{kind}：{problem}）", f"cannot be worked out ({kind}: {problem})",
                self.source, column,
            ) from None  # fmt: skip
        return _check_value(value, self.source, column)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id in self.facts:
            return self.facts[node.id]
        if node.id in _ALIASES:
            return _ALIASES[node.id]
        raise ExpressionError(
            f"没有名为 {node.id} 的事实",
            f"no fact named {node.id}",
            self.source,
            node.col_offset + 1,
        )

    def _list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self.of(item) for item in node.elts]

    _tuple = _list

    def _boolop(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for part in node.values:
            value = self.of(part)
            if bool(value) != isinstance(node.op, ast.And):
                break
        return value

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.of(node.operand)
        return not value if isinstance(node.op, ast.Not) else -value

    def _binop(self, node: ast.BinOp) -> Any:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ast.Mult) and not (_is_number(left) and _is_number(right)):
            raise TypeError("only numbers are multiplied")
        if isinstance(node.op, ast.Mod) and not _is_number(left):
            raise TypeError("only numbers have a remainder")
        return _BINARY[type(node.op)](left, right)

    def _compare(self, node: ast.Compare) -> bool:
        left = self.of(node.left)
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self.of(part)
            if not _COMPARE[type(sign)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.of(node.body if self.of(node.test) else node.orelse)

    def _call(self, node: ast.Call) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _LAZY and self.functions is FUNCTIONS:
            return self._lazily(name, node.args)
        return self.functions[name](*(self.of(argument) for argument in node.args))

    def _lazily(self, name: str, arguments: list[ast.expr]) -> Any:
        """``if`` works out one branch; ``coalesce`` takes a fact that is missing for empty."""
        if name == "If":
            if len(arguments) not in (2, 3):
                raise TypeError("if(条件, 是, 否)")
            branch = arguments[1:2] if self.of(arguments[0]) else arguments[2:]
            return self.of(branch[0]) if branch else None
        for argument in arguments:
            known = not isinstance(argument, ast.Name) or argument.id in self.facts
            value = self.of(argument) if known else None
            if value not in (None, ""):
                return value
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))
