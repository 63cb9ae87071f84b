extension Layout {
  /// The migration that adds people and what they are sent to a community's database.
  static let people = """
    CREATE TABLE person (
      member TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, language TEXT NOT NULL,
      frequency TEXT NOT NULL CHECK (frequency IN ('daily', 'weekly', 'off')), neutral INTEGER NOT NULL,
      stop_token TEXT NOT NULL UNIQUE, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE contact (
      member TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, changed INTEGER NOT NULL, bounces INTEGER NOT NULL,
      PRIMARY KEY (member, channel)) STRICT, WITHOUT ROWID;
    CREATE TABLE consent (
      id INTEGER PRIMARY KEY, member TEXT NOT NULL, purpose TEXT NOT NULL, version TEXT NOT NULL, requested INTEGER NOT NULL,
      token TEXT, given INTEGER, means TEXT, withdrawn INTEGER) STRICT;
    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY, member TEXT NOT NULL, day TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
      copy INTEGER NOT NULL, mark TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'bounced', 'withdrawn')),
      created INTEGER NOT NULL, due INTEGER, attempts INTEGER NOT NULL, doubtful INTEGER NOT NULL, changed INTEGER NOT NULL,
      result TEXT,
      UNIQUE (member, day, channel, kind, copy)) STRICT;
    CREATE INDEX outbox_due ON outbox (state, due);
    CREATE TABLE outbox_message (
      outbox INTEGER NOT NULL PRIMARY KEY, language TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT,
      chat TEXT) STRICT;
    CREATE TABLE outbox_picture (
      outbox INTEGER NOT NULL, place INTEGER NOT NULL, content_id TEXT NOT NULL, png BLOB NOT NULL,
      PRIMARY KEY (outbox, place)) STRICT, WITHOUT ROWID;
    """
}

extension RowSums {
  /// The tables of people and of what they are sent.
  static let people = [
    Table(name: "person", columns: ["member", "name", "language", "frequency", "neutral", "stop_token", "created"]),
    Table(name: "contact", columns: ["member", "channel", "address", "changed", "bounces"]),
    Table(
      name: "consent",
      columns: ["id", "member", "purpose", "version", "requested", "token", "given", "means", "withdrawn"]),
    Table(
      name: "outbox",
      columns: [
        "id", "member", "day", "channel", "kind", "copy", "mark", "state", "created", "due", "attempts", "doubtful", "changed",
        "result",
      ]),
    Table(name: "outbox_message", columns: ["outbox", "language", "subject", "text", "html", "chat"]),
    Table(name: "outbox_picture", columns: ["outbox", "place", "content_id", "png"]),
  ]
}

extension RowCheck {
  /// What must not be in the tables of people and messages.
  static let people =
    ["contact", "consent"].map {
      Rule(table: $0, condition: "member NOT IN (SELECT member FROM person)", reason: "of nobody who is written to", layout: 4)
    }
    + ["outbox_message", "outbox_picture"].map {
      Rule(table: $0, condition: "outbox NOT IN (SELECT id FROM outbox)", reason: "of a delivery that is not there", layout: 4)
    }
}
