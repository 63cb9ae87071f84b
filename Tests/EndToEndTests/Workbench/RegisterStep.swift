/// What a step of the register is worth that shows a column of the reference community's readings, in the stored unit: mWh, millionths,
/// mW; 0 where the register shows every value of the file. See the table in the community's README.
func registerStep(of column: String) -> Int64 {
  let site = column.dropFirst().prefix(2)
  let isEnergy = column.contains("energy")
  if column.contains("GRID") {
    if isEnergy, ["01", "03", "05", "11", "12"].contains(site) { return 10_000 }  // ABB: 10 Wh
  } else if ["01", "03", "05", "07", "11"].contains(site) {  // GoodWe: 100 Wh, whole percent
    if column.hasSuffix("[%]") { return 10_000 }
    if isEnergy { return 100_000 }
  }
  // A float of 32 bits in kWh: every Wh of these counters survives.
  return isEnergy ? 1000 : 0
}
