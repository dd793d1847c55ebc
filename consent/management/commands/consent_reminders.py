"""`manage.py consent_reminders`: to be run every hour or day; running it twice does nothing twice."""

from typing import Any

from django.core.management.base import BaseCommand

from consent.erasure import erasures_run
from consent.letters import letters_purge, letters_send
from consent.reminding import lapsed_erase, reminders_write
from consent.selfies import selfies_lapse
from consent.speaking import spoken_lapse


class Command(BaseCommand):
    help = (
        "Writes the reminders that are due, sends letters and carries out erasures that did not work before, "
        "has the photos and sounds of questions erased that ran out, and takes addresses out of old letters."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written = reminders_write()
        lapsed, unheard, unseen = lapsed_erase(), spoken_lapse(), selfies_lapse()
        sent, erased, purged = letters_send(), erasures_run(), letters_purge()
        self.stdout.write(
            f"reminders written: {written}; letters sent late: {sent}; erasures finished: {erased}; "
            f"letters emptied: {purged}; questions that ran out: {lapsed}; recordings that nobody heard: {unheard}; "
            f"answers that nobody looked at: {unseen}"
        )
