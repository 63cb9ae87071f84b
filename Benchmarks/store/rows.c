// rows load|commits|QUESTION SET FOLDER COLUMNS TICKS: readings as rows of plain SQLite, keyed by time and series.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEAD = 512, BULK = 1000000 };
static int64_t meters, channels, ticks, step, columns, *record;
static FILE *set;
static sqlite3 *db;

static void need(int ok, const char *what) {
  if (!ok) { fprintf(stderr, "rows: %s: %s\n", what, db ? sqlite3_errmsg(db) : "no database"); exit(1); }
}
static void run(const char *sql) { need(sqlite3_exec(db, sql, 0, 0, 0) == SQLITE_OK, sql); }

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  need(sqlite3_prepare_v2(db, sql, -1, &statement, 0) == SQLITE_OK, sql);
  return statement;
}
static double cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}
static long long written(void) {
  char line[100];
  long long bytes = 0;
  FILE *file = fopen("/proc/self/io", "r");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "write_bytes: %lld", &bytes);
  if (file) fclose(file);
  return bytes;
}

static void bring(int64_t ticks_a_commit) {
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  run("CREATE TABLE reading (time INTEGER, series INTEGER, value INTEGER, PRIMARY KEY (time, series)) WITHOUT ROWID");
  double cpu_before = cpu();
  long long written_before = written();
  sqlite3_stmt *insert = prepared("INSERT INTO reading VALUES (?, ?, ?)");
  for (int64_t tick = 0; tick < ticks; tick++) {
    need(fread(record, 8, meters * (1 + channels), set) == (size_t)(meters * (1 + channels)), "the set is short");
    if (tick % ticks_a_commit == 0) run("BEGIN");
    for (int64_t column = 0; column < columns; column++) {
      sqlite3_bind_int64(insert, 1, record[column / channels]);
      sqlite3_bind_int64(insert, 2, column);
      sqlite3_bind_int64(insert, 3, record[meters + column]);
      need(sqlite3_step(insert) == SQLITE_DONE, "insert");
      sqlite3_reset(insert);
    }
    if (tick % ticks_a_commit == ticks_a_commit - 1 || tick == ticks - 1) run("COMMIT");
  }
  sqlite3_finalize(insert);
  need(sqlite3_close(db) == SQLITE_OK, "close");
  printf("{\"readings\": %lld, \"cpu\": %f, \"written\": %lld}\n", (long long)(columns * ticks), cpu() - cpu_before,
         written() - written_before);
}

static void ask(const char *question) {
  char sql[400] = "";
  int64_t first;
  need(fread(&first, 8, 1, set) == 1, "the set is short");
  // Behind the last tick's polls and before the next tick's.
  long long end = (first + 60000) / 900000 * 900000 + ticks * step - step / 2;
  if (!strcmp(question, "means"))
    strcpy(sql, "SELECT avg(value) FROM reading GROUP BY series, time / 900000");
  if (!strcmp(question, "sum"))
    sprintf(sql, "SELECT sum(value) * 1.0 / %lld FROM reading WHERE series %% %lld = 0 GROUP BY time / 900000",
            (long long)(900000 / step), (long long)channels);
  if (!strcmp(question, "one"))
    sprintf(sql, "SELECT value, time FROM reading WHERE series = %lld AND time < %lld ORDER BY time", (long long)(columns / 2), end);
  if (!strcmp(question, "all")) sprintf(sql, "SELECT value, series, time FROM reading WHERE time < %lld", end);
  if (!strcmp(question, "last"))
    strcpy(sql, "SELECT value, series, max(time) FROM reading WHERE time > (SELECT max(time) FROM reading) - 900000 GROUP BY series");
  need(sql[0], "no such question");
  double times[6], sum = 0;
  long rows = 0;
  int count = 0;
  for (int round = 0; round < 6; round++) {
    double before = cpu();
    sqlite3_stmt *query = prepared(sql);
    sum = rows = 0;
    while (sqlite3_step(query) == SQLITE_ROW) { sum += sqlite3_column_double(query, 0); rows++; }
    sqlite3_finalize(query);
    double used = cpu() - before;
    if (round > 0 || used > 1) times[count++] = used;
    if (used > 1) break;
  }
  for (int place = 1; place < count; place++)
    for (int other = place; other > 0 && times[other] < times[other - 1]; other--) {
      double swapped = times[other];
      times[other] = times[other - 1];
      times[other - 1] = swapped;
    }
  printf("{\"cpu\": %.9f, \"rows\": %ld, \"sum\": %.6f}\n", times[count / 2], rows, sum);
}

int main(int count, char **words) {
  char head[HEAD + 1] = "", path[1000];
  need(count == 6, "usage: rows load|commits|QUESTION SET FOLDER COLUMNS TICKS");
  need((set = fopen(words[2], "rb")) && fread(head, 1, HEAD, set) == HEAD, words[2]);
  need(sscanf(head, "%ld %ld %ld %ld", &meters, &channels, &ticks, &step) == 4, words[2]);
  columns = atoll(words[4]) < meters * channels ? atoll(words[4]) : meters * channels;
  if (atoll(words[5]) < ticks) ticks = atoll(words[5]);
  record = malloc(8 * meters * (1 + channels));
  snprintf(path, sizeof path, "%s/rows.sqlite", words[3]);
  need(sqlite3_open(path, &db) == SQLITE_OK, path);
  if (!strcmp(words[1], "load")) bring(BULK / columns > 0 ? BULK / columns : 1);
  else if (!strcmp(words[1], "commits")) bring(1);
  else ask(words[1]);
  return 0;
}
