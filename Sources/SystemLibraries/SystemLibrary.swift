import Glibc

/// A library of the system that is loaded when something needs it, not when the program starts. It stays loaded as long as the program
/// runs, so that its functions may be kept.
///
/// A program that is linked to a library pays for it, and for all that it needs in turn, in each run, and does not start where it is
/// absent.
public struct SystemLibrary {
  private let name: String
  private let handle: UnsafeMutableRawPointer

  /// Loads the first of `names` that is there, names of files as the linker knows them: `libcurl.so.4`.
  ///
  /// - Throws: `SystemLibraryError.absent` where none can be loaded.
  public init(_ names: String...) throws(SystemLibraryError) { try self.init(names) }

  /// Loads the first of `names` that is there; see `init(_:)`.
  public init(_ names: [String]) throws(SystemLibraryError) {
    var reasons: [String] = []
    for name in names {
      // All that it refers to is looked up now, so that nothing can be missing later; and none of it gets in the way of the program's own.
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.name = name
        self.handle = handle
        return
      }
      reasons.append(dlerror().map { String(cString: $0) } ?? "\(name): no reason given")
    }
    throw .absent(reasons.joined(separator: "; "))
  }

  /// Where the function `name` is, for functions of variable arguments, which only C can call.
  ///
  /// - Throws: `SystemLibraryError.lacks` where the library has no such function, as where it is older than expected.
  public func address(of name: String) throws(SystemLibraryError) -> UnsafeMutableRawPointer {
    guard let address = dlsym(handle, name) else { throw .lacks(library: self.name, function: name) }
    return address
  }

  /// The function `name`. `Function` has to be its type as the library's header has it, `@convention(c)`: nothing checks that.
  ///
  /// - Throws: `SystemLibraryError.lacks` where the library has no such function, as where it is older than expected.
  public func function<Function>(_ name: String) throws(SystemLibraryError) -> Function {
    unsafeBitCast(try address(of: name), to: Function.self)
  }
}

/// Why a library cannot be used.
public enum SystemLibraryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// None of its names can be loaded; the system's words on each.
  case absent(String)
  /// It has no such function.
  case lacks(library: String, function: String)

  /// What is wrong, in a sentence.
  public var description: String {
    switch self {
    case .absent(let words): words
    case .lacks(let library, let function): "\(library) has no \(function)"
    }
  }
}
