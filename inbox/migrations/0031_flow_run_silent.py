import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0030_chat_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="flowrun",
            name="said_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="flowrun",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("wished", "The visitor asked for a person"),
                    ("typed", "The visitor wrote in his own words"),
                    ("script", "The script came to its end"),
                    ("mistaken", "What was asked for was not understood"),
                    ("helped", "The visitor said that it helped"),
                    ("people", "A colleague took over"),
                    ("silent", "The visitor said nothing more"),
                    ("changed", "The script was changed meanwhile"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="flowrun",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["said_at"], name="flow_run_going_on"),
        ),
    ]
