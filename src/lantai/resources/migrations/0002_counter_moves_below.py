"""The counter of 档号 goes down to the catalogue, where moves take numbers too."""

from django.db import migrations


def carry_over(apps, editor):
    old = apps.get_model("resources", "CodeCounter")
    new = apps.get_model("catalogue", "CodeCounter")
    rows = old.objects.order_by("pk").values("unit_id", "scope", "last")
    new.objects.bulk_create([new(**row) for row in rows.iterator()], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("resources", "0001_filing_and_transfers"),
        ("catalogue", "0004_moves_and_codes"),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="CodeCounter"),
    ]
