from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0003_examinations'),
    ]

    operations = [
        migrations.AddField(
            model_name='scheduleplan',
            name='opinions',
            field=models.JSONField(default=dict),
        ),
    ]
