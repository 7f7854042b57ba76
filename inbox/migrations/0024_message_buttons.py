from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0023_live_chat"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="buttons",
            field=models.JSONField(default=list),
        ),
    ]
