import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0013_invitation_indexes"),
    ]

    operations = [
        migrations.AddField("ticket", "snoozed_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "ticket",
            "snoozed_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="inbox.agent",
            ),
        ),
        migrations.AddField("ticket", "deleted_at", models.DateTimeField(blank=True, null=True)),
        AddConstraintNotValid(
            "ticket",
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(state__in=["new", "open", "pending", "on_hold"]),
                name="only_what_is_unresolved_is_snoozed",
            ),
        ),
        migrations.AlterField(
            "notice",
            "escalation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="inbox.escalation",
            ),
        ),
        migrations.AddField(
            "notice",
            "event",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.ticketevent"
            ),
        ),
        migrations.AlterField(
            "notice",
            "target",
            models.CharField(
                blank=True,
                choices=[
                    ("first_response", "First reply"),
                    ("next_response", "Next reply"),
                    ("resolution", "Resolution"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField("notice", "is_breach", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "notice", models.UniqueConstraint(fields=("agent", "event"), name="an_agent_is_told_of_an_event_once")
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=Q(escalation__isnull=False, event=None) | Q(escalation=None, event__isnull=False),
                name="a_notice_is_of_an_escalation_or_an_event",
            ),
        ),
        migrations.AlterField(
            "ticketevent",
            "kind",
            models.CharField(
                choices=[
                    ("created", "Created"),
                    ("received", "Customer wrote"),
                    ("automatic_received", "Automatic mail"),
                    ("acknowledged", "Automatic answer"),
                    ("imported", "Imported"),
                    ("thanked", "Customer said thanks"),
                    ("replied", "Reply"),
                    ("noted", "Note"),
                    ("called", "Call"),
                    ("opened", "Opened"),
                    ("pended", "Waiting for the customer"),
                    ("held", "On hold"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("closed", "Closed"),
                    ("prioritized", "Priority changed"),
                    ("assigned", "Assigned"),
                    ("team_changed", "Team changed"),
                    ("tagged", "Tagged"),
                    ("untagged", "Tag removed"),
                    ("policy_applied", "Policy applied"),
                    ("no_reply_needed", "No reply needed"),
                    ("marked_spam", "Marked as spam"),
                    ("unmarked_spam", "Not spam"),
                    ("snoozed", "Snoozed"),
                    ("unsnoozed", "Back from snooze"),
                    ("deleted", "Deleted"),
                    ("restored", "Restored"),
                    ("merged", "Merged"),
                    ("unmerged", "Merge undone"),
                    ("renamed", "Subject changed"),
                    ("customer_changed", "Customer changed"),
                    ("reply_scheduled", "Reply scheduled"),
                    ("reply_held", "Scheduled reply held back"),
                    ("joined", "Participant joined"),
                    ("followed_up", "Follow-up opened"),
                    ("delivery_settled", "Delivery"),
                    ("reply_withdrawn", "Reply taken back"),
                    ("clock_warned", "Target close"),
                    ("clock_breached", "Target missed"),
                    ("escalated", "Escalated"),
                    ("survey_scheduled", "Survey scheduled"),
                    ("survey_suppressed", "Survey not sent"),
                    ("survey_sent", "Survey sent"),
                    ("survey_cancelled", "Survey cancelled"),
                    ("survey_answered", "Survey answered"),
                    ("survey_reminded", "Reminded of the survey"),
                    ("task_opened", "Follow-up due"),
                    ("task_assigned", "Follow-up handed over"),
                    ("task_done", "Followed up"),
                ],
                max_length=20,
            ),
        ),
    ]
