"""What Messenger, Instagram and WhatsApp share: one app with one webhook for many accounts, and the Graph API."""
