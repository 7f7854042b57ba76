from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
from django.db import migrations
from django.db.models import F, Index, Q

_ACTIVE = Q(state__in=("new", "open", "pending", "on_hold"), is_spam=False, snoozed_until=None, deleted_at=None)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0014_snooze_and_delete"),
    ]

    operations = [
        ValidateConstraint("ticket", "only_what_is_unresolved_is_snoozed"),
        AddIndexConcurrently(
            "ticket",
            Index(F("due_at").asc(nulls_last=True), F("id").asc(), name="ticket_active_breach", condition=_ACTIVE),
        ),
        AddIndexConcurrently(
            "ticket",
            Index(fields=["assignee", "-last_message_at", "-id"], name="ticket_active_assignee", condition=_ACTIVE),
        ),
        AddIndexConcurrently(
            "ticket",
            Index(fields=["team", "-last_message_at", "-id"], name="ticket_active_team", condition=_ACTIVE),
        ),
        AddIndexConcurrently(
            "ticket",
            Index(
                F("waiting_since").asc(nulls_last=True), F("id").asc(), name="ticket_active_waiting", condition=_ACTIVE
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            Index(fields=["snoozed_until", "id"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)),
        ),
        AddIndexConcurrently(
            "ticket",
            Index(fields=["-deleted_at", "-id"], name="ticket_deleted", condition=Q(deleted_at__isnull=False)),
        ),
        RemoveIndexConcurrently("ticket", "ticket_assignee_open"),
        RemoveIndexConcurrently("ticket", "ticket_team_open"),
        RemoveIndexConcurrently("ticket", "ticket_waiting_longest"),
    ]
