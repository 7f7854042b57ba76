from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0027_identity_replaced_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="chat_given_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
