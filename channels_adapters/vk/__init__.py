"""The `vk` channel: messages of a VK community, by its Callback API."""
