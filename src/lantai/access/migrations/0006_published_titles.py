"""What was published under a masked title before records kept it."""

from django.db import migrations


def carry_over(apps, editor):
    entries = apps.get_model("access", "PublicationEntry").objects.filter(withdrawn_at=None)
    for entry in entries.select_related("record", "publication").order_by("pk").iterator(chunk_size=500):
        record = entry.record
        if record.publication == entry.publication.number and record.title != entry.title:
            record.public_title = entry.title
            record.save(update_fields=["public_title"])


class Migration(migrations.Migration):
    dependencies = [("access", "0005_carrying"), ("catalogue", "0005_public_title")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
