"""The verb that brings a round to the version in force; what was sent before keeps its sense."""

from __future__ import annotations

from lantai.core.desks.return_checking import work_out
from lantai.core.desks.return_definition import LAST, ReturnDefinition
from lantai.core.desks.return_totals import pack
from lantai.foundation.desks.returns.definitions import definition_for, definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState
from lantai.foundation.desks.returns.operations import state_of
from lantai.foundation.desks.returns.queries import last_values, values_of
from lantai.foundation.desks.returns.totals import roll_up_round
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, keep_all, note

MIGRATED = "migrated"


@operation(permission="returns.open", event="return_round")
def migrate_round(act: Act, /, *, round: ReturnRound) -> ReturnRound:  # noqa: A002 - its name
    """Put a round under its return as it stands now.

    Every form with figures is kept as it was, as a version under the old definition; what the new
    one still asks goes over, the sums are worked out and added up anew.
    """
    row = ReturnRound.objects.select_for_update(of=("self",)).select_related("owner")
    current = row.get(pk=round.pk)
    if current.state == ReturnRound.LOCKED:
        raise Conflict("这次填报已锁定，不能再改。", "The round is locked.")
    old, new = definition_of(current), definition_for(current.definition, current.owner)
    if new.version == old.version:
        raise Refusal("已经是现行版本。", "It is under the present version already.")
    forms = list(current.forms.select_related("round__owner", "body"))
    held = {form.pk: values_of(form) for form in forms}
    current.earlier = [*current.earlier, dict(current.definition_data)]
    current.definition_data = {**new.data, "id": new.id, "version": new.version}
    current.save(update_fields=["earlier", "definition_data"])
    keep(current)
    changed = [form for form in forms if held[form.pk]]
    states = [_turn(act, form, old) for form in changed]
    for form in changed:
        form.round = current
        _write(form, new, {k: v for k, v in held[form.pk].items() if k in new.by_code})
    ReturnState.objects.bulk_create(states, batch_size=500)
    ReturnForm.objects.bulk_update(changed, ["cells", "texts", "version", "edit"], batch_size=500)
    keep_all(changed)
    keep_all(states, kind="created")
    roll_up_round(current)
    note(before=old.version, after=new.version, forms=len(changed))
    return current


def _turn(act: Act, form: ReturnForm, old: ReturnDefinition) -> ReturnState:
    """The form as it was, as its next version."""
    form.version += 1
    form.edit += 1
    return state_of(act, form, MIGRATED, form.body, old.version)


def _write(form: ReturnForm, new: ReturnDefinition, values: dict[str, object]) -> None:
    asks_back = any(LAST in one.formula for one in new.indicators if one.formula)
    worked = work_out(new, values, last_values(form) if asks_back else {})
    form.cells = pack(new, worked)
    form.texts = {k: v for k, v in values.items() if not new.by_code[k].is_number}
