"""Which case a line of a register comes from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="registerentry",
            name="source",
            field=models.CharField(blank=True, db_index=True, default="", max_length=160),
            preserve_default=False,
        ),
    ]
