"""Sources: looked at, proposed, tried, registered, and watched for what is usual of them."""
