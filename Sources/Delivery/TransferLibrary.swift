import CCurl
import SystemLibraries

/// libcurl, loaded when the first message is sent over a wire, and only once. A run that sends none does without its memory, and a machine
/// that sends none does without it.
struct TransferLibrary: Sendable {
  /// Its functions, as C has them.
  let calls: eo_transfer_functions

  /// Why it cannot be used.
  struct Absence: Error, Hashable {
    /// In a sentence, with what to do.
    let words: String
  }

  /// This machine's. Threads that ask at once wait for the one that loads it.
  static let installed = Result { () throws(Absence) in try TransferLibrary() }

  /// The library under the first of `names` that is there: Debian has it built with OpenSSL, and also with GnuTLS.
  ///
  /// - Throws: `Absence` where it is absent or does not start.
  init(_ names: [String] = ["libcurl.so.4", "libcurl-gnutls.so.4"]) throws(Absence) {
    do throws(SystemLibraryError) {
      let curl = try SystemLibrary(names)
      calls = eo_transfer_functions(
        curl_global_init: try curl.function("curl_global_init"),
        curl_easy_init: try curl.function("curl_easy_init"),
        curl_easy_cleanup: try curl.function("curl_easy_cleanup"),
        curl_easy_reset: try curl.function("curl_easy_reset"),
        curl_easy_perform: try curl.function("curl_easy_perform"),
        curl_easy_strerror: try curl.function("curl_easy_strerror"),
        curl_slist_append: try curl.function("curl_slist_append"),
        curl_slist_free_all: try curl.function("curl_slist_free_all"),
        setopt: try curl.address(of: "curl_easy_setopt"),
        getinfo: try curl.address(of: "curl_easy_getinfo"))
    } catch {
      throw Absence(words: "libcurl is not installed here: apt install libcurl4, in Debian 13 libcurl4t64 (\(error))")
    }
    guard calls.curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK else { throw Absence(words: "libcurl does not start") }
  }

  /// What libcurl says of a code.
  func words(of code: CURLcode) -> String {
    calls.curl_easy_strerror(code).map { String(cString: $0) } ?? "code \(code.rawValue)"
  }
}
