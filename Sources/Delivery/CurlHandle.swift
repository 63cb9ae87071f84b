import CCurl

/// One connection of libcurl, kept open from one transfer to the next, and closed when nothing holds it any more.
final class CurlHandle {
  /// How a transfer ended.
  struct Outcome {
    /// Nil where libcurl has nothing to complain of; else its words.
    var trouble: String?
    /// libcurl's code, 0 for none.
    var code: UInt32 = 0
    /// The last status or reply code of the other side; 0 where none came.
    var status = 0
    /// The body of an HTTP answer, or the lines of a mail server; its beginning.
    var answer = ""
    /// Whether all bytes had been handed over.
    var isHandedOver = false

    /// Whether no connection came about, so that nothing can have arrived.
    var isWithoutConnection: Bool {
      [
        CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
        CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE, CURLE_LOGIN_DENIED,
      ].contains { $0.rawValue == code }
    }
  }

  /// What is on its way out, and what comes back; C functions get its address.
  private final class Transfer {
    var bytes: [UInt8]
    var place = 0
    var answer: [UInt8] = []
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// Bytes of an answer that are kept.
  private static let longestAnswer = 8192

  private let library: TransferLibrary
  private let raw: UnsafeMutableRawPointer

  /// A connection by `library`.
  ///
  /// - Throws: `TransferLibrary.Absence` where libcurl has no memory for one.
  init(_ library: TransferLibrary) throws(TransferLibrary.Absence) {
    guard let raw = library.calls.curl_easy_init() else { throw .init(words: "libcurl does not start") }
    (self.library, self.raw) = (library, raw)
  }

  deinit { library.calls.curl_easy_cleanup(raw) }

  /// Forgets all options, not the open connection, and sets those that every transfer has.
  func begin(_ url: String, timeout: Duration) {
    library.calls.curl_easy_reset(raw)
    set(CURLOPT_URL, url)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_TIMEOUT_MS, Int(timeout / .milliseconds(1)))
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(timeout, .seconds(20)) / .milliseconds(1)))
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_USERAGENT, "energy-opt")
    // Nothing is fetched from elsewhere because a server says so, and no proxy of the environment is asked.
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_PROXY, "")
  }

  /// How options are set.
  private var setopt: UnsafeMutableRawPointer { library.calls.setopt }

  func set(_ option: CURLoption, _ value: Int) { eo_curl_set_long(setopt, raw, option, value) }
  func set(_ option: CURLoption, _ value: String) { eo_curl_set_text(setopt, raw, option, value) }

  /// Sends `bytes` as libcurl asks for them, or nothing where it is nil; `lists` are its options of several lines.
  func perform(uploading bytes: [UInt8]? = nil, lists: [(CURLoption, [String])] = []) -> Outcome {
    let transfer = Transfer(bytes ?? [])
    let user = Unmanaged.passUnretained(transfer).toOpaque()
    if let bytes {
      set(CURLOPT_UPLOAD, 1)
      eo_curl_set_size(setopt, raw, CURLOPT_INFILESIZE_LARGE, curl_off_t(bytes.count))
      eo_curl_set_function(setopt, raw, CURLOPT_READFUNCTION, Self.give)
      eo_curl_set_pointer(setopt, raw, CURLOPT_READDATA, user)
    }
    eo_curl_set_function(setopt, raw, CURLOPT_WRITEFUNCTION, Self.take)
    eo_curl_set_pointer(setopt, raw, CURLOPT_WRITEDATA, user)
    // A mail server's lines come as headers.
    if bytes != nil {
      eo_curl_set_function(setopt, raw, CURLOPT_HEADERFUNCTION, Self.take)
      eo_curl_set_pointer(setopt, raw, CURLOPT_HEADERDATA, user)
    }
    let kept = lists.map { option, lines in
      let list = lines.reduce(UnsafeMutablePointer<curl_slist>?.none) { library.calls.curl_slist_append($0, $1) }
      eo_curl_set_pointer(setopt, raw, option, list)
      return list
    }
    defer { for list in kept { library.calls.curl_slist_free_all(list) } }
    let code = withExtendedLifetime(transfer) { library.calls.curl_easy_perform(raw) }
    var status = 0
    eo_curl_get_long(library.calls.getinfo, raw, CURLINFO_RESPONSE_CODE, &status)
    return Outcome(
      trouble: code == CURLE_OK ? nil : library.words(of: code), code: code.rawValue, status: status,
      answer: String(decoding: transfer.answer, as: UTF8.self),
      isHandedOver: bytes != nil && transfer.place == transfer.bytes.count)
  }

  private static let give: eo_curl_transfer = { buffer, size, count, user in
    guard let buffer, let user else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    let length = min(size * count, transfer.bytes.count - transfer.place)
    transfer.bytes.withUnsafeBytes { bytes in
      UnsafeMutableRawBufferPointer(start: buffer, count: length).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[transfer.place..<transfer.place + length]))
    }
    transfer.place += length
    return length
  }

  private static let take: eo_curl_transfer = { buffer, size, count, user in
    guard let buffer, let user else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
    // Of a long talk the end tells how it went.
    transfer.answer += bytes
    if transfer.answer.count > longestAnswer { transfer.answer.removeFirst(transfer.answer.count - longestAnswer) }
    return size * count
  }
}

/// Where a channel's transfers go: loads libcurl and opens its handle when there is the first, not before.
final class CurlConnection {
  private let load: () throws(TransferLibrary.Absence) -> TransferLibrary
  private var handle: CurlHandle?

  /// A connection by the library that `load` gives, this machine's unless told.
  init(
    by load: @escaping () throws(TransferLibrary.Absence) -> TransferLibrary = { () throws(TransferLibrary.Absence) in
      try TransferLibrary.installed.get()
    }
  ) {
    self.load = load
  }

  /// Runs one transfer. Where libcurl is not installed, no connection came about.
  func perform(_ body: (CurlHandle) -> CurlHandle.Outcome) -> CurlHandle.Outcome {
    do throws(TransferLibrary.Absence) {
      let opened = if let handle { handle } else { try CurlHandle(load()) }
      handle = opened
      return body(opened)
    } catch {
      return CurlHandle.Outcome(trouble: error.words, code: CURLE_COULDNT_CONNECT.rawValue)
    }
  }
}
