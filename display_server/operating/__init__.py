"""What whoever operates the server asks of it: does it live, can it work, how does it do; its log, and its doctor."""
