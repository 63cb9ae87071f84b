import DeviceProfiles
import Quantities
import Readings

/// SunSpec model definitions for tests. Offsets, types and scale factors are those of sunspec/models (json/model_*.json, commit
/// 7abdf89, Apache-2.0). One point is `name offset type scale-factor unit channel`, with `-` for none.
enum SunSpecModels {
  /// Models 1, 101 (laid out as 103), 103, 113, 124, 160, 203.
  static let all: [SunSpecModelDefinition] = [
    definition(1, "common", common), definition(101, "single-phase inverter", inverter),
    definition(103, "three-phase inverter", inverter), definition(113, "three-phase inverter, float", floatInverter),
    definition(124, "storage", storage), definition(160, "DC inputs", modules), definition(203, "three-phase meter", meter),
  ]

  /// The definition of model `id`.
  static func model(_ id: Int) -> SunSpecModelDefinition {
    all.first { $0.id == id } ?? SunSpecModelDefinition(id: id, name: "", points: [])
  }

  private static func definition(_ id: Int, _ name: String, _ table: String) -> SunSpecModelDefinition {
    var points: [SunSpecPoint] = []
    var group: (offset: Int, length: Int, count: String, points: [SunSpecPoint])?
    for entry in table.split(whereSeparator: { ";\n".contains($0) }) {
      let words = entry.split(separator: " ").map(String.init)
      guard let name = words.first, words.count >= 4 else { continue }
      if name == "repeating" {
        group = (Int(words[1]) ?? 0, Int(words[2]) ?? 0, words[3], [])
      } else if let point = point(words) {
        if group == nil { points.append(point) } else { group?.points.append(point) }
      }
    }
    let repeating = group.map { SunSpecGroup(offset: $0.offset, length: $0.length, count: $0.count, points: $0.points) }
    return SunSpecModelDefinition(id: id, name: name, points: points, repeating: repeating)
  }

  private static func point(_ words: [String]) -> SunSpecPoint? {
    let type = words[2].split(separator: ":").map(String.init)
    guard words.count == 6, let offset = Int(words[1]),
      let kind = SunSpecType(name: type[0], registers: type.count > 1 ? Int(type[1]) : nil)
    else { return nil }
    let channel = Channel(rawValue: words[5])
    return SunSpecPoint(
      words[0], offset: offset, type: kind, scaleFactor: words[3] == "-" ? nil : .point(words[3]),
      unit: channel?.unit.symbols.first { $0.symbol == words[4] }, channel: channel)
  }

  private static let common = """
    Mn 2 string:16 - - -; Md 18 string:16 - - -; Opt 34 string:8 - - -; Vr 42 string:8 - - -; SN 50 string:16 - - -;
    DA 66 uint16 - - -; Pad 67 pad - - -
    """

  private static let inverter = """
    A 2 uint16 A_SF A current; AphA 3 uint16 A_SF A current_l1; AphB 4 uint16 A_SF A current_l2;
    AphC 5 uint16 A_SF A current_l3; A_SF 6 sunssf - - -; PPVphAB 7 uint16 V_SF V voltage_l1_l2;
    PPVphBC 8 uint16 V_SF V voltage_l2_l3; PPVphCA 9 uint16 V_SF V voltage_l3_l1; PhVphA 10 uint16 V_SF V voltage_l1;
    PhVphB 11 uint16 V_SF V voltage_l2; PhVphC 12 uint16 V_SF V voltage_l3; V_SF 13 sunssf - - -;
    W 14 int16 W_SF W active_power; W_SF 15 sunssf - - -; Hz 16 uint16 Hz_SF Hz frequency; Hz_SF 17 sunssf - - -;
    VA 18 int16 VA_SF VA apparent_power; VA_SF 19 sunssf - - -; VAr 20 int16 VAr_SF var reactive_power;
    VAr_SF 21 sunssf - - -; PF 22 int16 PF_SF % power_factor; PF_SF 23 sunssf - - -; WH 24 acc32 WH_SF Wh energy_export;
    WH_SF 26 sunssf - - -; DCA 27 uint16 DCA_SF A dc_current; DCA_SF 28 sunssf - - -; DCV 29 uint16 DCV_SF V dc_voltage;
    DCV_SF 30 sunssf - - -; DCW 31 int16 DCW_SF W dc_power; DCW_SF 32 sunssf - - -;
    TmpCab 33 int16 Tmp_SF degC temperature; TmpSnk 34 int16 Tmp_SF degC temperature_1;
    TmpTrns 35 int16 Tmp_SF degC temperature_2; TmpOt 36 int16 Tmp_SF - -; Tmp_SF 37 sunssf - - -;
    St 38 enum16 - - operating_state; StVnd 39 enum16 - - -; Evt1 40 bitfield32 - - error_flags; Evt2 42 bitfield32 - - -;
    EvtVnd1 44 bitfield32 - - -; EvtVnd2 46 bitfield32 - - -; EvtVnd3 48 bitfield32 - - -; EvtVnd4 50 bitfield32 - - -
    """

  private static let floatInverter = """
    A 2 float32 - A current; AphA 4 float32 - A current_l1; AphB 6 float32 - A current_l2; AphC 8 float32 - A current_l3;
    PPVphAB 10 float32 - V voltage_l1_l2; PPVphBC 12 float32 - V voltage_l2_l3; PPVphCA 14 float32 - V voltage_l3_l1;
    PhVphA 16 float32 - V voltage_l1; PhVphB 18 float32 - V voltage_l2; PhVphC 20 float32 - V voltage_l3;
    W 22 float32 - W active_power; Hz 24 float32 - Hz frequency; VA 26 float32 - VA apparent_power;
    VAr 28 float32 - var reactive_power; PF 30 float32 - % power_factor; WH 32 float32 - Wh energy_export;
    DCA 34 float32 - A dc_current; DCV 36 float32 - V dc_voltage; DCW 38 float32 - W dc_power;
    TmpCab 40 float32 - degC temperature; TmpSnk 42 float32 - degC temperature_1; TmpTrns 44 float32 - degC temperature_2;
    TmpOt 46 float32 - - -; St 48 enum16 - - operating_state; StVnd 49 enum16 - - -; Evt1 50 bitfield32 - - error_flags;
    Evt2 52 bitfield32 - - -; EvtVnd1 54 bitfield32 - - -; EvtVnd2 56 bitfield32 - - -; EvtVnd3 58 bitfield32 - - -;
    EvtVnd4 60 bitfield32 - - -
    """

  private static let storage = """
    WChaMax 2 uint16 WChaMax_SF - -; WChaGra 3 uint16 WChaDisChaGra_SF - -; WDisChaGra 4 uint16 WChaDisChaGra_SF - -;
    StorCtl_Mod 5 bitfield16 - - -; VAChaMax 6 uint16 VAChaMax_SF - -; MinRsvPct 7 uint16 MinRsvPct_SF - -;
    ChaState 8 uint16 ChaState_SF % state_of_charge; StorAval 9 uint16 StorAval_SF - -;
    InBatV 10 uint16 InBatV_SF V dc_voltage; ChaSt 11 enum16 - - operating_state; OutWRte 12 int16 InOutWRte_SF - -;
    InWRte 13 int16 InOutWRte_SF - -; InOutWRte_WinTms 14 uint16 - - -; InOutWRte_RvrtTms 15 uint16 - - -;
    InOutWRte_RmpTms 16 uint16 - - -; ChaGriSet 17 enum16 - - -; WChaMax_SF 18 sunssf - - -;
    WChaDisChaGra_SF 19 sunssf - - -; VAChaMax_SF 20 sunssf - - -; MinRsvPct_SF 21 sunssf - - -;
    ChaState_SF 22 sunssf - - -; StorAval_SF 23 sunssf - - -; InBatV_SF 24 sunssf - - -; InOutWRte_SF 25 sunssf - - -
    """

  private static let modules = """
    DCA_SF 2 sunssf - - -; DCV_SF 3 sunssf - - -; DCW_SF 4 sunssf - - -; DCWH_SF 5 sunssf - - -; Evt 6 bitfield32 - - -;
    N 8 count - - -; TmsPer 9 uint16 - - -; repeating 10 20 N; ID 0 uint16 - - -; IDStr 1 string:8 - - -;
    DCA 9 uint16 DCA_SF A dc_current; DCV 10 uint16 DCV_SF V dc_voltage; DCW 11 uint16 DCW_SF W dc_power;
    DCWH 12 acc32 DCWH_SF Wh dc_energy; Tms 14 uint32 - - -; Tmp 16 int16 - - -; DCSt 17 enum16 - - -;
    DCEvt 18 bitfield32 - - -
    """

  private static let meter = """
    A 2 int16 A_SF A current; AphA 3 int16 A_SF A current_l1; AphB 4 int16 A_SF A current_l2;
    AphC 5 int16 A_SF A current_l3; A_SF 6 sunssf - - -; PhV 7 int16 V_SF - -; PhVphA 8 int16 V_SF V voltage_l1;
    PhVphB 9 int16 V_SF V voltage_l2; PhVphC 10 int16 V_SF V voltage_l3; PPV 11 int16 V_SF - -;
    PhVphAB 12 int16 V_SF V voltage_l1_l2; PhVphBC 13 int16 V_SF V voltage_l2_l3; PhVphCA 14 int16 V_SF V voltage_l3_l1;
    V_SF 15 sunssf - - -; Hz 16 int16 Hz_SF Hz frequency; Hz_SF 17 sunssf - - -; W 18 int16 W_SF W active_power;
    WphA 19 int16 W_SF W active_power_l1; WphB 20 int16 W_SF W active_power_l2; WphC 21 int16 W_SF W active_power_l3;
    W_SF 22 sunssf - - -; VA 23 int16 VA_SF VA apparent_power; VAphA 24 int16 VA_SF VA apparent_power_l1;
    VAphB 25 int16 VA_SF VA apparent_power_l2; VAphC 26 int16 VA_SF VA apparent_power_l3; VA_SF 27 sunssf - - -;
    VAR 28 int16 VAR_SF var reactive_power; VARphA 29 int16 VAR_SF var reactive_power_l1;
    VARphB 30 int16 VAR_SF var reactive_power_l2; VARphC 31 int16 VAR_SF var reactive_power_l3; VAR_SF 32 sunssf - - -;
    PF 33 int16 PF_SF % power_factor; PFphA 34 int16 PF_SF % power_factor_l1; PFphB 35 int16 PF_SF % power_factor_l2;
    PFphC 36 int16 PF_SF % power_factor_l3; PF_SF 37 sunssf - - -; TotWhExp 38 acc32 TotWh_SF Wh energy_export;
    TotWhExpPhA 40 acc32 TotWh_SF Wh energy_export_l1; TotWhExpPhB 42 acc32 TotWh_SF Wh energy_export_l2;
    TotWhExpPhC 44 acc32 TotWh_SF Wh energy_export_l3; TotWhImp 46 acc32 TotWh_SF Wh energy_import;
    TotWhImpPhA 48 acc32 TotWh_SF Wh energy_import_l1; TotWhImpPhB 50 acc32 TotWh_SF Wh energy_import_l2;
    TotWhImpPhC 52 acc32 TotWh_SF Wh energy_import_l3; TotWh_SF 54 sunssf - - -;
    TotVAhExp 55 acc32 TotVAh_SF VAh apparent_energy_export; TotVAhExpPhA 57 acc32 TotVAh_SF - -;
    TotVAhExpPhB 59 acc32 TotVAh_SF - -; TotVAhExpPhC 61 acc32 TotVAh_SF - -;
    TotVAhImp 63 acc32 TotVAh_SF VAh apparent_energy_import; TotVAhImpPhA 65 acc32 TotVAh_SF - -;
    TotVAhImpPhB 67 acc32 TotVAh_SF - -; TotVAhImpPhC 69 acc32 TotVAh_SF - -; TotVAh_SF 71 sunssf - - -;
    TotVArhImpQ1 72 acc32 TotVArh_SF - -; TotVArhImpQ1PhA 74 acc32 TotVArh_SF - -; TotVArhImpQ1PhB 76 acc32 TotVArh_SF - -;
    TotVArhImpQ1PhC 78 acc32 TotVArh_SF - -; TotVArhImpQ2 80 acc32 TotVArh_SF - -; TotVArhImpQ2PhA 82 acc32 TotVArh_SF - -;
    TotVArhImpQ2PhB 84 acc32 TotVArh_SF - -; TotVArhImpQ2PhC 86 acc32 TotVArh_SF - -; TotVArhExpQ3 88 acc32 TotVArh_SF - -;
    TotVArhExpQ3PhA 90 acc32 TotVArh_SF - -; TotVArhExpQ3PhB 92 acc32 TotVArh_SF - -;
    TotVArhExpQ3PhC 94 acc32 TotVArh_SF - -; TotVArhExpQ4 96 acc32 TotVArh_SF - -; TotVArhExpQ4PhA 98 acc32 TotVArh_SF - -;
    TotVArhExpQ4PhB 100 acc32 TotVArh_SF - -; TotVArhExpQ4PhC 102 acc32 TotVArh_SF - -; TotVArh_SF 104 sunssf - - -;
    Evt 105 bitfield32 - - error_flags
    """
}
