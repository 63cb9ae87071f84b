import CommunityModel
import MarketTime
import Quantities
import Readings
import SeriesFiles
import Testing

func berlin() throws -> MarketCalendar { try #require(MarketCalendar(timeZone: "Europe/Berlin")) }

func day(_ text: String) throws -> LocalDay { try #require(LocalDay(iso8601: text)) }

func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

func quarter(_ text: String) throws -> QuarterHour { QuarterHour(containing: try time(text)) }

func key(_ point: String, _ channel: Channel) -> SeriesKey { SeriesKey(MeteringPoint.ID(point), channel) }

/// A file called `test.csv` with these lines.
func file(_ lines: String...) -> CSVFile { CSVFile(name: "test.csv", text: lines.joined(separator: "\n") + "\n") }

/// The file at `path` within the project's `profiles`.
func profile(_ path: String) -> CSVFile {
  let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  return CSVFile("\(folder)/../../profiles/\(path)")
}

/// What reading refuses: `line:column` of each error, in order; empty when it refuses nothing.
func places(_ body: () throws -> Void) -> [String] {
  do {
    try body()
    return []
  } catch let failure as SeriesFileErrors {
    return failure.errors.map { "\($0.line):\($0.column)" }
  } catch let error as SeriesFileError {
    return ["\(error.line):\(error.column)"]
  } catch {
    return ["\(error)"]
  }
}

/// What is wrong, in order; empty when nothing is.
func faults(_ body: () throws -> Void) -> [SeriesFileError.Fault] {
  do {
    try body()
    return []
  } catch let failure as SeriesFileErrors {
    return failure.errors.map(\.fault)
  } catch let error as SeriesFileError {
    return [error.fault]
  } catch {
    return []
  }
}
