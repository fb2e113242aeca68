"""Move 整理调整: one subtree that was moved, from where to where, and how far its codes are."""

from __future__ import annotations

from django.db import models

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record


class Move(models.Model):
    """The place changes at once; codes follow in batches while the state is ``running``.

    ``from_category`` and ``to_category`` are keys of the classification scheme (WS, ZY·HY).
    """

    RUNNING, DONE = "running", "done"

    fonds = models.ForeignKey(Fonds, on_delete=models.PROTECT, related_name="moves")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="moves")
    from_parent = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_parent = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_category = models.CharField(max_length=40, blank=True)
    to_category = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default=RUNNING)
    records = models.PositiveIntegerField()  # in the subtree when it was moved
    recoded = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fonds"], name="one_move_at_a_time", condition=models.Q(state="running")
            )
        ]
        indexes = [models.Index(fields=["fonds", "id"], name="move_list")]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"move:{self.pk}"
