import Forecasting
import SeriesFiles
import Testing

@Suite("Broken profile tables")
struct StandardProfileFaultTests {
  @Test("are refused with the place of each wrong cell")
  func wrongCells() {
    let table = file(
      "month,daytype,slot,start_local,H25", "13,WT,0,00:00,1", "1,MO,0,00:00,1", "1,WT,96,24:00,1", "1,WT,1,00:30,1",
      "1,WT,0,00:00,x", "1,WT,2,00:30,-1", "1,WT,3,00:45,1", "1,WT,3,00:45,1", "1,WT,4")
    let refused = places { _ = try LoadProfileTable(file: table) }
    #expect(refused == ["2:1", "3:3", "4:6", "5:8", "6:14", "7:14", "9:1", "10:6"])
    let wrong = faults { _ = try LoadProfileTable(file: table) }
    #expect(wrong[1] == .table(.notOneOf(found: "MO", allowed: ["WT", "SA", "FT"])))
    #expect(wrong[3] == .table(.notOneOf(found: "00:30", allowed: ["00:15, the start of slot 1"])))
    #expect(wrong[6] == .table(.repeated(firstLine: 8)))
  }

  @Test("are refused when they lack a row, which is named")
  func missingRows() {
    let table = file("season,daytype,slot,start_local,H0_W_per_MWh_a", "winter,WT,0,00:00,67.6")
    let wrong = faults { _ = try LoadProfileTable(file: table) }
    #expect(wrong == [.table(.missing("season winter, WT, slot 1"))])
    let shape = file("month,slot,start_utc,w_per_kwp", "1,0,00:00,0.0")
    let wrongShape = faults { _ = try GenerationShape(file: shape) }
    #expect(wrongShape == [.table(.missing("month 1, slot 1"))])
  }

  @Test("are refused without the columns they need")
  func columns() {
    let table = file("month,daytype,slot,H25", "1,WT,0,1")
    let wrong = faults { _ = try LoadProfileTable(file: table) }
    #expect(wrong == [.name(.columnMissing("start_local"))])
    let empty = file("month,daytype,slot,start_local", "1,WT,0,00:00")
    let noProfile = faults { _ = try LoadProfileTable(file: empty) }
    #expect(noProfile == [.name(.noSeries)])
  }

  @Test("are refused when a coefficient of the dynamisation is missing, repeated or of other profiles than the rest")
  func dynamisation() {
    let missing = file("term,coefficient,applies_to,note", "t^0,1.24,H0,", "-,-,G0,remark")
    let missingWrong = faults { _ = try Dynamisation(file: missing) }
    #expect(missingWrong == [.table(.missing("the coefficient of t^1"))])
    let others = file("term,coefficient,applies_to,note", "t^0,1.24,\"H0,H25\",", "t^1,1,H0,", "t^0,1,\"H0,H25\",", "t^2,x,H0,")
    let refused = places { _ = try Dynamisation(file: others) }
    #expect(refused == ["3:7", "4:1", "5:5"])
  }

  @Test("are refused when a holiday has no date or an unknown scope")
  func holidays() {
    let table = file("date,country,subdivision,scope", "1.1.2026,DE,NW,public", "2026-01-01,DE,NW,everyone")
    let refused = places { _ = try HolidayTable(file: table) }
    #expect(refused == ["2:1", "3:18"])
  }
}
