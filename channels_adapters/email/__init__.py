"""Mail: RFC 5322 in, RFC 5322 out over SMTP."""
