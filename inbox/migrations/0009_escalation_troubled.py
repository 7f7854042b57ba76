from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0008_back_tested_runs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("error", ""), _negated=True), fields=["-id"], name="escalation_troubled"
            ),
        ),
    ]
