"""Mail by e-mail service providers: their webhooks in, their APIs out."""
