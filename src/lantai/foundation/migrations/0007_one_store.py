"""One store of adaptations and one of attachments; definitions kept as matters began under them."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Editions become adaptations for all; files of entries become attachments, bytes included."""
    adaptation = apps.get_model("foundation", "Adaptation")
    for row in apps.get_model("foundation", "DefinitionEdition").objects.order_by("pk"):
        adaptation.objects.create(
            desk=row.desk, definition=row.definition, institution=None,
            version=int(row.version.rpartition("+")[2]), base_version=row.base_version,
            changes=row.changes, note=row.note, created_by=row.by, created_by_name=row.by_name,
            created_at=row.at,
        )  # fmt: skip
    attachment = apps.get_model("foundation", "Attachment")
    people = dict(apps.get_model("foundation", "Person").objects.values_list("username", "name"))
    files = apps.get_model("foundation", "RegisterAttachment").objects.select_related("entry")
    for row in files.order_by("pk"):
        attachment.objects.create(
            subject=f"register:{row.entry.register}/{row.entry_id}", role=row.role, name=row.name,
            size=row.size, sm3=row.sm3, sha512=row.sha512, by=row.added_by,
            by_name=people.get(row.added_by.removeprefix("person:"), ""), at=row.added_at,
            removed_at=row.removed_at,
        )  # fmt: skip
        _move(row.sha512)
    apps.get_model("foundation", "FollowerCursor").objects.filter(follower="register-index").delete()


def _move(sha512):
    """The bytes lie under their digest in either folder; run again, it changes nothing."""
    storage = Path(settings.LANTAI.data) / "storage"
    source = storage / "registers" / sha512[:2] / sha512
    target = storage / "attachments" / sha512[:2] / sha512
    if source.is_file() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0006_register_source")]

    operations = [
        migrations.AddField(
            model_name="adaptation",
            name="base_version",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="adaptation",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="foundation.institution",
            ),
        ),
        migrations.AlterField(
            model_name="adaptation", name="note", field=models.TextField(blank=True)
        ),
        migrations.AddConstraint(
            model_name="adaptation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("institution", None)),
                fields=("desk", "definition", "version"),
                name="adaptation_version_for_all",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="returnround", name="earlier", field=models.JSONField(default=list)
        ),
        migrations.AddField(
            model_name="returnstate",
            name="definition_version",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="KeptDefinition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("desk", models.CharField(max_length=20)),
                ("definition", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("desk", "definition", "version"), name="kept_definition_once"
                    )
                ]
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="DefinitionEdition"),
        migrations.DeleteModel(name="RegisterAttachment"),
    ]
