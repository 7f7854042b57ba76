"""What a chat of the demo is: a visitor, where he was, and who says what so many seconds after the last."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLine:
    """Something said in a chat, `wait` seconds after what was said before."""

    is_ours: bool
    text: str
    wait: int


@dataclass(frozen=True, slots=True)
class ChatStory:
    """A chat: `agent` answers (nobody yet: ""); `cart` are things with their number and price in whole euro."""

    name: str
    language: str
    agent: str
    pages: tuple[tuple[str, str], ...]
    turns: tuple[ChatLine, ...]
    cart: tuple[tuple[str, int, int], ...] = ()
    order: str = ""
    error: str = ""

    @property
    def context(self) -> dict[str, object]:
        """What the shop's page tells of its visitor."""
        told: dict[str, object] = {}
        if self.cart:
            items = [{"name": name, "quantity": number, "price": price} for name, number, price in self.cart]
            total = sum(number * price for _, number, price in self.cart)
            told["cart"] = {"items": items, "total": total, "currency": "EUR"}
        if self.order:
            told["order"] = {"number": self.order}
        return told


def they(text: str, wait: int) -> ChatLine:
    """The visitor writes."""
    return ChatLine(False, text, wait)


def us(text: str, wait: int) -> ChatLine:
    """The agent answers."""
    return ChatLine(True, text, wait)
