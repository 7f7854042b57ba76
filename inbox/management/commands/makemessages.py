from typing import Any

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    help = f"{makemessages.Command.help} Takes in the words of the channels' settings forms as well."

    def process_locale_dir(self, locale_dir: Any, files: list[Any]) -> None:
        super().process_locale_dir(locale_dir, files)
        # Adapters know no gettext: the form translates the labels and helps of their fields. xgettext takes one
        # argument of a call, so each is a pass of its own; what was found twice becomes one entry afterwards.
        usual = self.xgettext_options
        for argument in (2, 3):
            self.xgettext_options = ["--from-code=UTF-8", "--keyword", f"--keyword=SettingsField:{argument}"]
            super().process_locale_dir(locale_dir, [file for file in files if "channels_adapters" in file.path])
        self.xgettext_options = usual
