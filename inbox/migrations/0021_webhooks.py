import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0020_asked_directly_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("address", models.CharField(max_length=500)),
                ("kinds", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("deaths", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation.scheduled", "A survey is scheduled"),
                            ("invitation.suppressed", "A customer is not asked"),
                            ("invitation.sent", "A survey was sent"),
                            ("invitation.reminded", "A customer was reminded"),
                            ("invitation.cancelled", "A survey was cancelled"),
                            ("answer.given", "A survey was answered"),
                            ("answer.changed", "An answer was changed"),
                            ("follow_up.opened", "An unhappy customer is to be got back to"),
                            ("follow_up.done", "An unhappy customer was got back to"),
                            ("test", "A test"),
                        ],
                        max_length=24,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="inbox.webhook"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["next_attempt_at", "id"], name="webhook_call_due"
                    ),
                    models.Index(fields=["webhook", "-id"], name="webhook_call_newest"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="webhook_call_done"
                    ),
                ],
            },
        ),
    ]
