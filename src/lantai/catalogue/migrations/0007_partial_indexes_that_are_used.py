"""Conditions told as SQLite knows them to follow from "= ?": else it reads every record it may show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_partial_deposit_index"),
        ("foundation", "0010_row_numbers"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="record",
            name="record_children",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="record_made",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="record_review",
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["parent"],
                name="record_children",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("creating_unit__isnull", False)),
                fields=["creating_unit"],
                name="record_made",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("next_review__isnull", False)),
                fields=["next_review"],
                name="record_review",
            ),
        ),
    ]
