import CommunityModel
import Readings
import Testing

/// Row V9 of the fault catalogue: values that no device can have.
@Suite("A value at the door")
struct DoorRangeTests {
  private static let frequency = SeriesKey("M1", .frequency)
  private static let power = SeriesKey("M1", .activePower)

  @Test(
    "that cannot be is put aside, and what a device without grid shows is not",
    arguments: [
      (frequency, 50_000, true), (frequency, 0, true), (frequency, 4_999, false), (frequency, -50_000, false),
      (frequency, 4_294_967_295, false), (power, 14_999_999_999, true), (power, 15_000_000_001, false), (power, .min, false),
      (SeriesKey("M1", .stateOfCharge), 0, true), (SeriesKey("M1", .stateOfCharge), 655_350_000, false),
      (SeriesKey("M1", .voltageL1), 6_553_500, false), (SeriesKey("M1", .energyImport), -1, false),
    ] as [(SeriesKey, Int64, Bool)])
  func judged(_ key: SeriesKey, _ value: Int64, isPossible: Bool) {
    var door = TestedDoor([:])
    door.show(0, [(key, value)])
    #expect(door.accepted.map(\.value) == (isPossible ? [value] : []))
    #expect(door.quarantined.map(\.value) == (isPossible ? [] : [value]))
  }
}
