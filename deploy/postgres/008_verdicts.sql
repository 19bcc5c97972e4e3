-- What reporters say of the answer that was given.

-- classifier.  verdict: of a report that follows an earlier one: satisfied, unsatisfied (the ticket is to be opened again); '': something else.
ALTER TABLE triages ADD COLUMN verdict text NOT NULL DEFAULT '';
