from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0010_answered_request"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_merged",
        ),
        migrations.RemoveField(
            model_name="ticket",
            name="merged_into",
        ),
    ]
