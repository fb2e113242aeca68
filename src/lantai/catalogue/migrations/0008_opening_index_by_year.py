"""What falls due is looked for by archives, status and year: an index of days cost each row a page."""

from django.db import migrations, models

import lantai.foundation.years


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0007_partial_indexes_that_are_used"),
        ("foundation", "0010_row_numbers"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="record", name="record_opening"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                models.F("holder"),
                models.F("access_status"),
                lantai.foundation.years.YearOf("opening_due"),
                name="record_opening",
            ),
        ),
    ]
