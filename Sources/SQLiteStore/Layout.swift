import GRDB

/// What a database holds and how it came to its present form.
struct Layout: Sendable {
  /// A step from one layout to the next. Released steps never change; new ones are added behind them.
  struct Migration: Sendable {
    /// Its name in the file.
    let name: String
    /// What it does, in one transaction with the new version number.
    let statements: String
  }

  /// What it holds, for messages: "readings".
  let contents: String
  /// SQLite's `application_id`, which says whose file it is.
  let applicationID: Int32
  /// Bytes of a page in a new file.
  let pageSize: Int
  /// From an empty file to the present layout, in order; the layout's version is how many there are.
  let migrations: [Migration]
  /// The oldest layout that a reader takes as it is: all that it reads is in it the same.
  let oldestReadable: Int
  /// The sums over rows that the writer keeps.
  let sums: RowSums

  /// The version this program writes.
  var version: Int { migrations.count }

  /// The migrations as GRDB runs them: each in one transaction that also sets the version.
  var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { [applicationID] db in
        try db.execute(sql: migration.statements)
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }
}

extension Layout {
  /// The layout of `readings.sqlite`; every table and column is explained in `docs/formats/store.md`.
  static let readings = Layout(
    contents: "readings",
    // "EOrd"
    applicationID: 0x454F_7264,
    // Each commit writes whole pages; small ones cost a memory card 40 % less (see `docs/formats/store.md`).
    pageSize: 1024,
    migrations: [
      Migration(name: "1 readings", statements: readings1), Migration(name: "2 events and quarantine", statements: readings2),
      Migration(name: "3 readings without time", statements: readings3),
      Migration(name: "4 journal and chunks", statements: readings4),
      Migration(name: "5 days, months and quarter hours", statements: readings5),
      Migration(name: "6 sums of rows", statements: rowSums),
      Migration(name: "7 corrections", statements: readingCorrections),
      Migration(name: "8 runs of gaps", statements: readings8), Migration(name: "9 dropped months", statements: droppedMonths),
    ], oldestReadable: 5, sums: .readings)

  /// The layout of `community.sqlite`; every table and column is explained in `docs/formats/store.md`.
  static let community = Layout(
    contents: "a community's history",
    // "EOcm"
    applicationID: 0x454F_636D,
    pageSize: 4096,
    migrations: [
      Migration(name: "1 interval energies and prices", statements: community1),
      Migration(name: "2 sums of rows", statements: rowSums), Migration(name: "3 settlements", statements: settlements),
      Migration(name: "4 people and messages", statements: people),
    ], oldestReadable: 1, sums: .community)

  private static let rowSums = """
    CREATE TABLE row_sum (
      name TEXT NOT NULL, owner INTEGER NOT NULL, sum INTEGER NOT NULL,
      PRIMARY KEY (name, owner)) STRICT, WITHOUT ROWID;
    """

  private static let readings1 = """
    CREATE TABLE series (
      id INTEGER PRIMARY KEY, point TEXT NOT NULL, channel TEXT NOT NULL,
      first INTEGER, last INTEGER, count INTEGER NOT NULL DEFAULT 0,
      UNIQUE (point, channel)) STRICT;
    CREATE TABLE reading (
      time INTEGER NOT NULL, series INTEGER NOT NULL, value INTEGER NOT NULL,
      PRIMARY KEY (time, series)) STRICT, WITHOUT ROWID;
    CREATE TABLE reading_conflict (
      time INTEGER NOT NULL, series INTEGER NOT NULL, value INTEGER NOT NULL, received INTEGER NOT NULL,
      PRIMARY KEY (time, series, value)) STRICT, WITHOUT ROWID;
    CREATE TABLE gap (
      series INTEGER NOT NULL, last_before INTEGER NOT NULL, first_after INTEGER NOT NULL,
      PRIMARY KEY (series, last_before)) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger (
      id INTEGER PRIMARY KEY CHECK (id = 1), settled_until INTEGER NOT NULL) STRICT;
    """

  private static let readings2 = """
    CREATE TABLE event (
      device TEXT NOT NULL, time INTEGER NOT NULL, series INTEGER NOT NULL, kind TEXT NOT NULL,
      before INTEGER, after INTEGER, modulus INTEGER,
      PRIMARY KEY (device, time, series, kind)) STRICT, WITHOUT ROWID;
    CREATE TABLE quarantine (
      series INTEGER NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL, value INTEGER, registers TEXT NOT NULL,
      PRIMARY KEY (series, time, reason)) STRICT, WITHOUT ROWID;
    """

  private static let readings3 = """
    CREATE TABLE boot (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, began INTEGER NOT NULL, source TEXT NOT NULL, since INTEGER NOT NULL)
      STRICT;
    CREATE TABLE unplaced (
      boot INTEGER NOT NULL, sequence INTEGER NOT NULL, instant INTEGER NOT NULL, device TEXT NOT NULL, series INTEGER NOT NULL,
      kind TEXT NOT NULL, value INTEGER, before INTEGER, modulus INTEGER, registers TEXT,
      PRIMARY KEY (boot, sequence)) STRICT, WITHOUT ROWID;
    """

  private static let readings4 = """
    CREATE TABLE journal (
      id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, last INTEGER NOT NULL, batch BLOB NOT NULL) STRICT;
    CREATE TABLE segment (
      id INTEGER PRIMARY KEY, month TEXT NOT NULL, name TEXT NOT NULL UNIQUE, length INTEGER NOT NULL) STRICT;
    CREATE TABLE chunk (
      start INTEGER NOT NULL, point INTEGER NOT NULL, part INTEGER NOT NULL,
      segment INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL,
      PRIMARY KEY (start, point, part)) STRICT, WITHOUT ROWID;
    """

  private static let readings5 = """
    ALTER TABLE segment RENAME COLUMN month TO period;
    ALTER TABLE segment ADD COLUMN kind TEXT NOT NULL DEFAULT 'hours';
    ALTER TABLE segment ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
    UPDATE segment SET used = (SELECT coalesce(sum(length), 0) FROM chunk WHERE segment = segment.id);
    ALTER TABLE journal ADD COLUMN earlier INTEGER;
    ALTER TABLE ledger ADD COLUMN rolled_until INTEGER;
    CREATE TABLE stale (
      day INTEGER NOT NULL, series INTEGER NOT NULL,
      PRIMARY KEY (day, series)) STRICT, WITHOUT ROWID;
    """

  private static let readingCorrections = """
    CREATE TABLE correction (
      series INTEGER NOT NULL, time INTEGER NOT NULL, received INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL,
      value INTEGER,
      PRIMARY KEY (series, time, received, author, reason)) STRICT, WITHOUT ROWID;
    CREATE TABLE original (
      series INTEGER NOT NULL, time INTEGER NOT NULL, value INTEGER NOT NULL,
      PRIMARY KEY (series, time)) STRICT, WITHOUT ROWID;
    """

  /// Neighbouring gaps of the same length become one row. Those of 34 years (2^40 ms) and more, which only broken clocks make, stay
  /// alone, so that no run is longer than any number says.
  private static let readings8 = """
    CREATE TABLE gap_run (
      series INTEGER NOT NULL, last_before INTEGER NOT NULL, first_after INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (series, last_before)) STRICT, WITHOUT ROWID;
    INSERT INTO gap_run
    SELECT series, min(last_before), max(first_after), count(*) FROM (
      SELECT *, sum(begins) OVER (PARTITION BY series ORDER BY last_before) AS run FROM (
        SELECT *, step >= 1 << 40 OR last_before IS NOT lag(first_after) OVER former OR step IS NOT lag(step) OVER former AS begins
        FROM (SELECT *, first_after - last_before AS step FROM gap)
        WINDOW former AS (PARTITION BY series ORDER BY last_before)))
    GROUP BY series, run;
    DROP TABLE gap;
    ALTER TABLE gap_run RENAME TO gap;
    """

  private static let droppedMonths = """
    CREATE TABLE dropped (
      series INTEGER NOT NULL, start INTEGER NOT NULL, until INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (series, start)) STRICT, WITHOUT ROWID;
    """

  private static let community1 = """
    CREATE TABLE import_run (
      id INTEGER PRIMARY KEY, file TEXT NOT NULL, received INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, size INTEGER,
      UNIQUE (file, received)) STRICT;
    CREATE TABLE series (
      id INTEGER PRIMARY KEY, point TEXT NOT NULL, channel TEXT NOT NULL,
      UNIQUE (point, channel)) STRICT;
    CREATE TABLE interval_energy (
      quarter INTEGER NOT NULL, series INTEGER NOT NULL, energy INTEGER NOT NULL, quality INTEGER NOT NULL, run INTEGER NOT NULL,
      PRIMARY KEY (quarter, series)) STRICT, WITHOUT ROWID;
    CREATE TABLE interval_energy_history (
      id INTEGER PRIMARY KEY, quarter INTEGER NOT NULL, series INTEGER NOT NULL, energy INTEGER NOT NULL,
      quality INTEGER NOT NULL, run INTEGER NOT NULL, replaced INTEGER NOT NULL) STRICT;
    CREATE TABLE price_curve (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE interval_price (
      quarter INTEGER NOT NULL, curve INTEGER NOT NULL, price INTEGER NOT NULL, run INTEGER NOT NULL,
      PRIMARY KEY (quarter, curve)) STRICT, WITHOUT ROWID;
    CREATE TABLE interval_price_history (
      id INTEGER PRIMARY KEY, quarter INTEGER NOT NULL, curve INTEGER NOT NULL, price INTEGER NOT NULL,
      run INTEGER NOT NULL, replaced INTEGER NOT NULL) STRICT;
    """
}
