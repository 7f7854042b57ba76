"""Twilio: text messages (SMS and MMS), and WhatsApp by way of Twilio."""
