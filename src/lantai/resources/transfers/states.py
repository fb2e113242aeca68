"""The states of a transfer 移交状态: what may follow what, and what each is called."""

from __future__ import annotations

from lantai.foundation.refusal import Conflict, localised
from lantai.resources.transfers.models import Transfer

#: state → (Chinese, English, tone of its badge)
STATES: dict[str, tuple[str, str, str]] = {
    Transfer.DRAFT: ("拟制", "draft", "neutral"),
    Transfer.BUILDING: ("正在组包", "being packed", "running"),
    Transfer.READY: ("待签字移交", "ready to hand over", "review"),
    Transfer.SUBMITTED: ("已提交", "submitted", "info"),
    Transfer.CHECKING: ("检测中", "being checked", "running"),
    Transfer.RETURNED: ("已退回", "returned", "fail"),
    Transfer.AWAITING: ("待接收签字", "awaiting acceptance", "review"),
    Transfer.ACCEPTED: ("已接收，正在入库", "accepted, being deposited", "running"),
    Transfer.DEPOSITED: ("已入库", "deposited", "pass"),
}

#: What a state may turn into.
MOVES: dict[str, frozenset[str]] = {
    Transfer.DRAFT: frozenset({Transfer.BUILDING}),
    Transfer.BUILDING: frozenset({Transfer.READY, Transfer.DRAFT}),
    Transfer.READY: frozenset({Transfer.SUBMITTED, Transfer.DRAFT}),
    Transfer.SUBMITTED: frozenset({Transfer.CHECKING, Transfer.RETURNED}),
    Transfer.CHECKING: frozenset({Transfer.AWAITING, Transfer.RETURNED}),
    Transfer.RETURNED: frozenset({Transfer.BUILDING, Transfer.SUBMITTED}),
    Transfer.AWAITING: frozenset({Transfer.ACCEPTED, Transfer.RETURNED, Transfer.CHECKING}),
    Transfer.ACCEPTED: frozenset({Transfer.DEPOSITED}),
    Transfer.DEPOSITED: frozenset(),
}


def label(state: str) -> str:
    """The state in the reader's language."""
    zh, en, _tone = STATES[state]
    return localised(zh, en)


def tone(state: str) -> str:
    """The tone of its badge."""
    return STATES[state][2]


def move(transfer: Transfer, to: str) -> None:
    """Set the next state, or refuse with the present one named."""
    if to not in MOVES[transfer.state]:
        zh, en, _ = STATES[transfer.state]
        raise Conflict(
            f"移交 {transfer.number} 现在是“{zh}”，不能这样办理；请刷新后再看。",
            f"Transfer {transfer.number} is “{en}” now; reload the page.",
        )
    transfer.state = to


#: The steps shown on both sides, each with the states that belong to it.
STEPS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("拟制组包", "Pack", frozenset({Transfer.DRAFT, Transfer.BUILDING})),
    ("签字移交", "Sign over", frozenset({Transfer.READY})),
    ("四性检测", "Check", frozenset({Transfer.SUBMITTED, Transfer.CHECKING, Transfer.RETURNED})),
    ("接收签字", "Accept", frozenset({Transfer.AWAITING})),
    ("入库", "Deposit", frozenset({Transfer.ACCEPTED, Transfer.DEPOSITED})),
)


def steps(transfer: Transfer) -> list[dict[str, str]]:
    """For the component c-steps."""
    here = next(n for n, (_z, _e, states) in enumerate(STEPS) if transfer.state in states)
    shown = []
    for number, (zh, en, _states) in enumerate(STEPS):
        state = "done" if number < here or transfer.state == Transfer.DEPOSITED else ""
        if number == here and transfer.state != Transfer.DEPOSITED:
            state = "failed" if transfer.state == Transfer.RETURNED else "current"
        shown.append({"label": localised(zh, en), "state": state or "waiting"})
    return shown
