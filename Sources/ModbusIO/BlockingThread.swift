import Glibc

/// Threads for calls that block: as many as there are buses.
///
/// libdispatch runs at most 255 blocked threads at once and lets further work wait; a site with 500 buses of which many are off
/// would then be read late. These threads are the system's own: a bus that waits costs a stack of a few kilobytes in use and no
/// processor time.
enum BlockingThread {
  /// Of address space; the look-up of a host name needs the most.
  private static let stackSize = 512 * 1024

  /// What a new thread does.
  private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      // What pthread_setname_np does; Swift does not import it.
      if let file = fopen("/proc/thread-self/comm", "w") {
        fputs(String(decoding: name.utf8.prefix(15), as: UTF8.self), file)
        fclose(file)
      }
      body()
    }
  }

  /// Runs `body` on a new thread called `name` (its first 15 bytes). Where the system gives no thread (its limit of tasks is
  /// reached), `body` runs on libdispatch's threads: later perhaps, never not at all.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(name, body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackSize)
    var thread = pthread_t()
    let failed = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, work.toOpaque())
    guard failed == 0 else {
      work.release()
      return queue(name, body)
    }
  }
}
