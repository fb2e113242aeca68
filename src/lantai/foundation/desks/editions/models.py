"""DefinitionEdition 定义版本: one adapted version of a case or evaluation definition."""

from __future__ import annotations

from django.db import models


class DefinitionEdition(models.Model):
    """The words, limits and clocks that replace those of the file, by path ("state.ask.note_zh")."""

    desk = models.CharField(max_length=20)  # case | evaluation
    definition = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    base_version = models.CharField(max_length=40)  # of the file it was made from
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "definition", "version"], name="definition_edition_once"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"definition:{self.desk}:{self.definition}@{self.version}"
