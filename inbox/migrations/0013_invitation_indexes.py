from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0012_surveys_whole"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["remind_at", "id"], name="invitation_reminder"
            ),
        ),
        AddIndexConcurrently(
            model_name="invitation",
            index=models.Index(fields=["sent_at"], name="invitation_sent"),
        ),
        AddIndexConcurrently(
            model_name="invitation",
            index=models.Index(fields=["decided_at"], name="invitation_decided"),
        ),
    ]
