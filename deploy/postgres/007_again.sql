-- What is reported again about a ticket that is closed, or lies on the shelf.

-- continued_by: the ticket that such a report opened last, which the ones after it join while it can be joined; 0: none.
ALTER TABLE tickets ADD COLUMN continued_by bigint NOT NULL DEFAULT 0;
GRANT UPDATE (continued_by) ON tickets TO kentongan_router;
