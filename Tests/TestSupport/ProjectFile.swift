package import Foundation

/// A file or folder of the checkout that the tests were built in, by its path from the root.
package func projectFile(_ path: String) -> URL { checkout.appending(path: path) }

private let checkout = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
