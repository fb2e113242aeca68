"""SavedSearch 保存的检索: a question a person keeps under a name, and may be told of."""

from __future__ import annotations

from django.db import models

from lantai.foundation.accounts.models import Person


class SavedSearch(models.Model):
    """One person's own. ``address`` is the search page's query string, filters and order with it.

    With ``tell`` the person's inbox says when records entered or published since then match;
    ``told_to`` is the last change looked at (0: begin with the next), ``told_at`` when that was.
    """

    not_kept = frozenset({"told_to", "told_at"})  # begun anew after a rebuild: nothing told twice

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=2000)
    tell = models.BooleanField(default=False)
    told_to = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"search:{self.pk}"
