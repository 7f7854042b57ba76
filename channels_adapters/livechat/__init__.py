"""Our own live chat: frames of the widget, and the tokens by which a site vouches for its visitors."""
