"""Long work of the reports: fetch by id, call one action. A task may be lost, doubled or late; the sweep finds it."""

from celery import shared_task

from inbox.reports import back_test


@shared_task(soft_time_limit=3600, time_limit=3660)
def replay_back_test(back_test_id: int) -> None:
    """Replay one back-test."""
    back_test.run(back_test_id)


@shared_task
def sweep() -> None:
    """Ring again for back-tests that nobody replays."""
    for back_test_id in back_test.waiting():
        replay_back_test.delay(back_test_id)
