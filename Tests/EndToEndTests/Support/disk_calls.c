/* Stands between a program and the files of one folder: records what it writes and syncs, and lets calls fail.

   DISK_FOLDER   the folder; other files are passed over
   DISK_LOG      where records go: a line "WHAT NUMBER NUMBER PATH", for W and A followed by so many bytes as the second number says
                   C 0 0 PATH         made                      M call 0 PATH  folder made, as call so and so
                   W offset count     written                   T size 0 PATH  cut or stretched
                   S 0 0 PATH         synced                    F 0 0 PATH     sync that failed
                   U 0 0 PATH         deleted                   R 0 0 OLD NEW  renamed
                   A 0 count -        written to standard output
   DISK_FAIL     "AT LENGTH ERRNO": the calls AT to AT+LENGTH-1, counted from 1, that open, write, cut, sync, make or delete fail
   DISK_COUNT    a file that gets how many such calls there were

   The -shm file, which lives in memory, is counted and may fail, but is not recorded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 1024
static char *names[FILES];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int log_file = -1;
static long fail_at, fail_length, fail_errno, calls;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);

static void leave(void) {
  const char *path = getenv("DISK_COUNT");
  if (!path) return;
  char text[32];
  int length = snprintf(text, sizeof text, "%ld\n", calls);
  int file = real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0 && real_write(file, text, length) == length) real_close(file);
}

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_close = dlsym(RTLD_NEXT, "close");
  folder = getenv("DISK_FOLDER");
  folder_length = folder ? strlen(folder) : 0;
  const char *fail = getenv("DISK_FAIL");
  if (fail) sscanf(fail, "%ld %ld %ld", &fail_at, &fail_length, &fail_errno);
  const char *path = getenv("DISK_LOG");
  if (path) {
    int file = real_open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    log_file = fcntl(file, F_DUPFD_CLOEXEC, 900);
    real_close(file);
  }
  atexit(leave);
}

static int is_ours(const char *path) {
  return folder && path && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

static int is_recorded(const char *path) {
  size_t length = strlen(path);
  return log_file >= 0 && !(length > 4 && !strcmp(path + length - 4, "-shm"));
}

static const char *name_of(int file) { return file >= 0 && file < FILES ? names[file] : NULL; }

static void record(char what, long first, long second, const char *path, const void *bytes) {
  if (!is_recorded(path)) return;
  char head[4500];
  int length = snprintf(head, sizeof head, "%c %ld %ld %s\n", what, first, second, path);
  struct iovec parts[2] = {{head, length}, {(void *)bytes, bytes ? second : 0}};
  if (writev(log_file, parts, 2) < 0) abort();
}

/* Whether this call is to fail; then errno is set. */
static int fails(void) {
  calls += 1;
  if (calls < fail_at || calls >= fail_at + fail_length || !fail_at) return 0;
  errno = fail_errno;
  return 1;
}

static int opened(const char *path, int flags, mode_t mode) {
  if (!is_ours(path)) return real_open(path, flags, mode);
  pthread_mutex_lock(&turn);
  struct stat facts;
  int is_new = (flags & O_CREAT) && stat(path, &facts) != 0;
  int file = fails() ? -1 : real_open(path, flags, mode);
  int code = errno;
  if (file >= 0 && file < FILES) {
    free(names[file]);
    names[file] = strdup(path);
    if (is_new) record('C', 0, 0, path, NULL);
    else if (flags & O_TRUNC) record('T', 0, 0, path, NULL);
  }
  pthread_mutex_unlock(&turn);
  errno = code;
  return file;
}

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    return opened(path, flags, mode); \
  }
OPENING(open)
OPENING(open64)
int __open_2(const char *path, int flags) { return opened(path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(path, flags, 0); }

int close(int file) {
  pthread_mutex_lock(&turn);
  if (name_of(file)) {
    free(names[file]);
    names[file] = NULL;
  }
  pthread_mutex_unlock(&turn);
  return real_close(file);
}

static ssize_t written(int file, const void *bytes, size_t count, off64_t offset, int is_placed) {
  const char *path = name_of(file);
  if (!path && file == STDOUT_FILENO && log_file >= 0) {
    pthread_mutex_lock(&turn);
    record('A', 0, count, "-", bytes);
    pthread_mutex_unlock(&turn);
  }
  if (!path) return is_placed ? real_pwrite(file, bytes, count, offset) : real_write(file, bytes, count);
  pthread_mutex_lock(&turn);
  ssize_t done = -1;
  if (!is_placed) {
    struct stat facts;
    int appends = fcntl(file, F_GETFL) & O_APPEND;
    offset = appends && !fstat(file, &facts) ? facts.st_size : lseek64(file, 0, SEEK_CUR);
  }
  if (!fails()) done = is_placed ? real_pwrite(file, bytes, count, offset) : real_write(file, bytes, count);
  /* A full disk takes the first half. */
  else if (fail_errno == ENOSPC && count > 1) done = is_placed ? real_pwrite(file, bytes, count / 2, offset) : real_write(file, bytes, count / 2);
  int code = errno;
  if (done > 0) record('W', offset, done, path, bytes);
  pthread_mutex_unlock(&turn);
  errno = code;
  return done;
}

ssize_t write(int file, const void *bytes, size_t count) { return written(file, bytes, count, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return written(file, bytes, count, offset, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) { return written(file, bytes, count, offset, 1); }

static int cut(int file, off64_t size, const char *real) {
  int (*next)(int, off64_t) = dlsym(RTLD_NEXT, real);
  const char *path = name_of(file);
  if (!path) return next(file, size);
  pthread_mutex_lock(&turn);
  int done = fails() ? -1 : next(file, size);
  int code = errno;
  if (done == 0) record('T', size, 0, path, NULL);
  pthread_mutex_unlock(&turn);
  errno = code;
  return done;
}
int ftruncate(int file, off_t size) { return cut(file, size, "ftruncate64"); }
int ftruncate64(int file, off64_t size) { return cut(file, size, "ftruncate64"); }

static int synced(int file, const char *real) {
  int (*next)(int) = dlsym(RTLD_NEXT, real);
  const char *path = name_of(file);
  if (!path) return next(file);
  pthread_mutex_lock(&turn);
  int done = fails() ? -1 : next(file);
  int code = errno;
  record(done == 0 ? 'S' : 'F', 0, 0, path, NULL);
  pthread_mutex_unlock(&turn);
  errno = code;
  return done;
}
int fsync(int file) { return synced(file, "fsync"); }
int fdatasync(int file) { return synced(file, "fdatasync"); }

static int named(char what, const char *path, int (*next)(const char *)) {
  if (!is_ours(path)) return next(path);
  pthread_mutex_lock(&turn);
  int done = fails() ? -1 : next(path);
  int code = errno;
  if (done == 0) record(what, what == 'M' ? calls : 0, 0, path, NULL);
  pthread_mutex_unlock(&turn);
  errno = code;
  return done;
}
int unlink(const char *path) { return named('U', path, dlsym(RTLD_NEXT, "unlink")); }

static mode_t folder_mode;
static int make_folder(const char *path) {
  int (*next)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
  return next(path, folder_mode);
}
int mkdir(const char *path, mode_t mode) {
  folder_mode = mode;
  return named('M', path, make_folder);
}

int rename(const char *old, const char *new) {
  int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  if (!is_ours(old)) return next(old, new);
  pthread_mutex_lock(&turn);
  int done = fails() ? -1 : next(old, new);
  int code = errno;
  char both[4200];
  snprintf(both, sizeof both, "%s %s", old, new);
  if (done == 0) record('R', 0, 0, both, NULL);
  pthread_mutex_unlock(&turn);
  errno = code;
  return done;
}
