import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0031_flow_run_silent"),
    ]

    operations = [
        migrations.AddField(
            model_name="customermerge",
            name="reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.CreateModel(
            name="VisitorProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=16)),
                ("proven_at", models.DateTimeField()),
                (
                    "visitor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proof", to="inbox.visitor"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AddressBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.channel"
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="inbox.visitor"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["channel", "network"], name="address_blocked")],
            },
        ),
        migrations.CreateModel(
            name="ChatUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "visitor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="uploads",
                        to="inbox.visitor",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["uploaded_at"], name="chat_upload_age")],
            },
        ),
    ]
