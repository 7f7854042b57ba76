"""The glyphs of networks, and of the addresses people have there."""

from __future__ import annotations

import re

from inbox.workspace.templatetags.ui import address_glyph


def test_an_address_has_the_glyph_of_its_network_and_a_strange_one_initials() -> None:
    kinds = ("email", "phone", "psid", "ig_comment", "tg_user", "vk_user", "wa_bsuid", "wechat_openid", "matrix_id")
    labels = [re.findall(r'aria-label="([^"]*)"', address_glyph(kind, 14)) for kind in kinds]
    assert [name for [name] in labels] == [
        *("E-mail", "Phone number", "Messenger", "Instagram", "Telegram", "VK", "WhatsApp", "WeChat", "matrix_id")
    ]
    assert [kind for kind in kinds if "glyph-initials" in address_glyph(kind, 14)] == ["matrix_id"]
